"""Store a night's recommendations: one run per account and date, whole or not at all."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from db.engine.connection import database, row, rows
from db.lists.recommended_music import NamedMusic, track_ids
from db.models import Recommendation, RecommendationBaseline, RecommendationRun
from db.people.accounts import bump_data_version

DELETE = "DELETE FROM recommendation_run WHERE account_id = %s AND date = %s"
KEPT = "SELECT revision FROM recommendation_run WHERE account_id = %s AND date = %s"
# Everything of a run but when it was made, as text.
CONTENT = """
    SELECT (to_jsonb(run) - '{created_at,revision,backfilled}'::text[])::text, (
        SELECT jsonb_agg(item ORDER BY item.rank) FROM recommendation item
        WHERE item.account_id = run.account_id AND item.date = run.date)::text, (
        SELECT jsonb_agg(item ORDER BY item.kind, item.rank) FROM recommendation_baseline item
        WHERE item.account_id = run.account_id AND item.date = run.date)::text
    FROM recommendation_run run WHERE account_id = %s AND date = %s
"""


@dataclass(frozen=True, slots=True)
class Item:
    """One recommended track, with a reason for people and the evidence behind it.

    `providers` holds the rank that each provider gave it; `song_key` is the same for all versions of the recording.
    """

    kind: str
    music: NamedMusic
    song_key: str
    score: float
    code: str
    reason: str
    evidence: Mapping[str, object]
    providers: Mapping[str, int]
    exploring: bool = False


@dataclass(frozen=True, slots=True)
class Simple:
    """One track of the baseline: stored to measure the list by, never shown."""

    kind: str
    rank: int
    music: NamedMusic
    song_key: str


@dataclass(frozen=True, slots=True)
class Run:
    """A whole list. `parameters` are what it was made with, `providers` what became of each of them (JSON)."""

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
    baseline: Sequence[Simple]
    backfilled: bool = False


def replace_run(run: Run) -> None:
    """Store the run of a date in place of the one that may be there; ranks follow the order of `items`.

    Where that one says the same, it stays untouched. A different one counts its `revision` up, and is `backfilled`
    where the day is over, whatever was shown on it.
    """
    with database.atomic() as transaction:
        # First, for it waits for whoever saves music, who may not have to wait for us.
        shown, simple = (
            track_ids(run.account_id, [item.music for item in items]) for items in (run.items, run.baseline)
        )
        kept = row(KEPT, run.account_id, run.day)
        before = rows(CONTENT, run.account_id, run.day)
        # Its items go with it: the foreign key cascades.
        database.execute_sql(DELETE, (run.account_id, run.day))
        _insert(run, kept[0] + 1 if kept else 1, shown, simple)
        if before and rows(CONTENT, run.account_id, run.day) == before:
            transaction.rollback()
            return
        bump_data_version(run.account_id)


def _insert(run: Run, revision: int, shown: Sequence[int], simple: Sequence[int]) -> None:
    RecommendationRun.insert(
        account=run.account_id,
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
    # Services may name one track in two ways: it counts once, where it came first.
    once = dict(zip(reversed(shown), reversed(run.items), strict=True))
    columns = [_item(run, rank, item, track) for rank, (track, item) in enumerate(reversed(once.items()), 1)]
    if columns:
        Recommendation.insert_many(columns).execute()
    baseline = [_simple(run, item, track) for item, track in zip(run.baseline, simple, strict=True)]
    if baseline:
        RecommendationBaseline.insert_many(baseline).execute()


def _item(run: Run, rank: int, item: Item, track_id: int) -> dict[str, object]:
    return {
        "account": run.account_id,
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
        "song_key": item.song_key,
    }


def _simple(run: Run, item: Simple, track_id: int) -> dict[str, object]:
    return {
        "account": run.account_id,
        "date": run.day,
        "kind": item.kind,
        "rank": item.rank,
        "track": track_id,
        "song_key": item.song_key,
    }
