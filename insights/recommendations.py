"""What was recommended to an account for a date."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from db.connection import rows
from insights.tracks import COLUMNS, JOINS, KnownTrack, known_track

# One row at least, whatever there is: the latest date, beside it the run asked for, beside that its items.
RUN = f"""
    SELECT latest.date, run.as_of, run.time_zone, run.engine, run.status,
           item.rank, item.kind, item.score, item.reason, item.evidence, {COLUMNS}
    FROM (SELECT max(date) AS date FROM recommendation_run WHERE account_id = %(account_id)s) latest
    LEFT JOIN recommendation_run run ON run.account_id = %(account_id)s AND run.date = %(date)s
    LEFT JOIN recommendation item ON item.account_id = run.account_id AND item.date = run.date
          AND (%(kind)s IS NULL OR item.kind = %(kind)s)
    LEFT JOIN track ON track.id = item.track_id {JOINS}
    ORDER BY item.rank LIMIT %(limit)s
"""


@dataclass(frozen=True, slots=True)
class RecommendedTrack:
    """One item of a list; `rank` counts from 1 over all kinds, `score` compares within a kind."""

    rank: int
    kind: str
    score: float
    reason: str
    evidence: Mapping[str, object]
    track: KnownTrack


@dataclass(frozen=True, slots=True)
class StoredRun:
    """The list of one date, from the plays before `as_of`."""

    date: date
    as_of: datetime
    time_zone: str
    engine: int
    status: str
    items: tuple[RecommendedTrack, ...]


@dataclass(frozen=True, slots=True)
class NoRun:
    """There is no list for the date; `latest_available` is the newest date that has one, None where none has."""

    latest_available: date | None


def recommendations(account_id: int, day: date, limit: int, only: str | None = None) -> StoredRun | NoRun:
    """At most `limit` items of the list of exactly that date, of one kind or of all."""
    found = rows(RUN, account_id=account_id, date=day, kind=only, limit=limit)
    latest, as_of, time_zone, engine, status = found[0][:5]
    if as_of is None:
        return NoRun(latest)
    items = tuple(
        RecommendedTrack(rank, kind, score, reason, evidence, known_track(*track))
        for _, _, _, _, _, rank, kind, score, reason, evidence, *track in found
        if rank is not None
    )
    return StoredRun(day, as_of, time_zone, engine, status, items)
