"""Store a list of recommendations: one run per account, list and date, atomically."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

import msgspec

from db.engine.connection import database, row
from db.engine.records import record
from db.lists.recommended_music import track_ids
from db.models import Recommendation, RecommendationBaseline, RecommendationRun
from db.people.accounts import bump_data_version

ListName = Literal["daily", "weekly", "year-ago", "month"]
Kind = Literal["rotation", "forgotten", "rediscover", "deeper", "new_artist", "new_release"]
KindOfReview = Literal["year_ago", "most_played", "first_heard", "returned"]
OF_LIST = "WHERE account_id = %s AND list_name = %s AND date = %s"
DELETE = f"DELETE FROM recommendation_run {OF_LIST}"
REVISION = f"SELECT revision FROM recommendation_run {OF_LIST}"
# Everything about a run except when it was made, as text.
CONTENT = f"""
    SELECT (to_jsonb(run) - '{{created_at,revision,backfilled}}'::text[])::text AS run, (
        SELECT jsonb_agg(item ORDER BY item.rank) FROM recommendation item
        WHERE (item.account_id, item.list_name, item.date) = (run.account_id, run.list_name, run.date))::text AS items,
        (SELECT jsonb_agg(item ORDER BY item.kind, item.rank) FROM recommendation_baseline item
        WHERE (item.account_id, item.list_name, item.date) = (run.account_id, run.list_name, run.date)
        )::text AS baseline
    FROM recommendation_run run {OF_LIST}
"""


class _Content(msgspec.Struct, frozen=True):
    run: str
    items: str | None
    baseline: str | None


@dataclass(frozen=True, slots=True)
class Item:
    """A recommended track, with a reason for people and the evidence behind it.

    `providers` holds the rank that each provider gave it; `key` is the same for all versions of the recording. A
    track that is not in our catalogue yet has no `track_id`, and is known by its `uri` or its names.
    """

    kind: Kind | KindOfReview
    key: str
    name: str
    artist: str
    score: float
    code: str
    reason: str
    evidence: Mapping[str, object]
    providers: Mapping[str, int]
    track_id: int | None = None
    uri: str | None = None
    album: str | None = None
    exploring: bool = False


@dataclass(frozen=True, slots=True)
class BaselineItem:
    """A track of the baseline, which is stored to compare the list with and never shown.

    `rank` counts from 1 within the kind; `track_id` is None if the track is not in our catalogue yet.
    """

    kind: Kind
    rank: int
    key: str
    name: str
    artist: str
    track_id: int | None = None
    uri: str | None = None
    album: str | None = None


@dataclass(frozen=True, slots=True)
class Run:
    """A whole list. `parameters` are its settings, `providers` the outcome of each provider (JSON)."""

    account_id: int
    day: date
    as_of: datetime
    time_zone: str
    engine: int
    status: str
    seed: str
    parameters: Mapping[str, object]
    providers: Mapping[str, object]
    items: Sequence[Item]
    baseline: Sequence[BaselineItem]
    backfilled: bool = False
    list_name: ListName = "daily"

    @property
    def place(self) -> tuple[int, ListName, date]:
        """The key of the list."""
        return self.account_id, self.list_name, self.day


def replace_run(run: Run) -> bool:
    """Store the run of a date in place of an earlier one; ranks follow the order of `items`.

    If the earlier run has the same content, it stays unchanged. Otherwise `revision` goes up, and the new run is
    `backfilled` if the day is over, whatever was shown on it. Returns whether it was stored.
    """
    with database.atomic() as transaction:
        # This comes first: it waits for programs that save music, and those must not wait for us.
        shown, simple = track_ids(run.account_id, run.items), track_ids(run.account_id, run.baseline)
        (revision,) = row(REVISION, *run.place) or (0,)
        before = _content(run)
        # The foreign keys cascade to its items.
        database.execute_sql(DELETE, run.place)
        _insert(run, revision + 1, shown, simple)
        if before is not None and _content(run) == before:
            transaction.rollback()
            return False
        bump_data_version(run.account_id)
    return True


def _content(run: Run) -> _Content | None:
    return record(_Content, CONTENT, run.place)


def _insert(run: Run, revision: int, shown: Sequence[int], simple: Sequence[int]) -> None:
    RecommendationRun.insert(
        account=run.account_id,
        list_name=run.list_name,
        date=run.day,
        as_of=run.as_of,
        time_zone=run.time_zone,
        engine=run.engine,
        status=run.status,
        seed=run.seed,
        parameters=dict(run.parameters),
        providers=dict(run.providers),
        revision=revision,
        backfilled=run.backfilled,
    ).execute()
    # Services may name one track in two ways: it keeps only its first place.
    once = dict(zip(reversed(shown), reversed(run.items), strict=True))
    columns = [_item(run, rank, item, track) for rank, (track, item) in enumerate(reversed(once.items()), 1)]
    if columns:
        Recommendation.insert_many(columns).execute()
    baseline = [_baseline_item(run, item, track) for item, track in zip(run.baseline, simple, strict=True)]
    if baseline:
        RecommendationBaseline.insert_many(baseline).execute()


def _item(run: Run, rank: int, item: Item, track_id: int) -> dict[str, object]:
    return {
        "account": run.account_id,
        "list_name": run.list_name,
        "date": run.day,
        "rank": rank,
        "kind": item.kind,
        "track": track_id,
        "score": item.score,
        "reason": item.reason,
        "code": item.code,
        "evidence": dict(item.evidence),
        "providers": dict(item.providers),
        "exploring": item.exploring,
        "song_key": item.key,
    }


def _baseline_item(run: Run, item: BaselineItem, track_id: int) -> dict[str, object]:
    return {
        "account": run.account_id,
        "list_name": run.list_name,
        "date": run.day,
        "kind": item.kind,
        "rank": item.rank,
        "track": track_id,
        "song_key": item.key,
    }
