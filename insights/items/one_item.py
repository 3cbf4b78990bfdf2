"""How one track, artist or album was played: how much, when, and at which rank."""

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from msgspec import Struct

from db.engine.connection import rows
from db.engine.records import records
from insights.items.kinds import Kind
from insights.items.lookup import TRACKS
from insights.items.plays import DaySum, ItemPlays, TrackSum, item_plays
from insights.items.ranks import YearRank, item_ranks
from insights.plays.calendar_steps import steps_between
from insights.plays.scope import Scope

MOST_HEARD = """
    SELECT {shown} AS id, sum(heard.plays)::bigint AS plays, sum(heard.ms)::bigint AS ms_played
    FROM unnest(%(ids)s::bigint[], %(plays)s::bigint[], %(ms)s::bigint[]) AS heard (track_id, plays, ms)
    {joins}
    WHERE {key} IS NOT NULL GROUP BY {key} ORDER BY 2 DESC, 3 DESC, {name}, 1 LIMIT %(limit)s
"""


@dataclass(frozen=True, slots=True)
class Step:
    """A range of local days: start <= day < end."""

    start: date
    end: date
    plays: int
    ms_played: int


@dataclass(frozen=True, slots=True)
class Heard:
    """`share` is of all plays in the period (0 to 1), `rank` is by plays among all items of the kind. `days` counts the
    listener's own days on which a play ended. `steps` and `years` range from the first play to the last.
    """

    plays: int
    ms_played: int
    share: float
    rank: int | None
    first_played_at: datetime | None
    last_played_at: datetime | None
    days: int
    best_day: DaySum | None
    step: str
    steps: tuple[Step, ...]
    years: tuple[YearRank, ...]


class MostHeard(Struct, frozen=True):
    """A track or album of the item."""

    id: int
    plays: int
    ms_played: int


def own_plays(scope: Scope, kind: Kind, item_id: int) -> ItemPlays:
    """The plays of a song, of an album, or of tracks whose first artist it is; three queries."""
    tracks = [track_id for (track_id,) in rows(TRACKS[kind.kind], account_id=scope.account_id, id=item_id)]
    return item_plays(replace(scope, track_ids=tuple(tracks)))


def how_it_was_heard(scope: Scope, kind: Kind, item_id: int, own: ItemPlays, step: str) -> Heard:
    """The scope must cover all tracks. Two queries, or none without plays. Raises TooManySteps."""
    steps = days_in_steps(own.days, step, scope.week_starts)  # may raise, so before anything is read
    ranks = item_ranks(scope, kind, item_id, own)
    return Heard(
        own.plays,
        own.ms_played,
        ranks.share,
        ranks.rank,
        own.first,
        own.last,
        len(own.days),
        own.best_day,
        step,
        steps,
        ranks.years,
    )


def days_in_steps(days: Sequence[DaySum], step: str, week_starts: str) -> tuple[Step, ...]:
    if not days:
        return ()
    dates, plays, ms = zip(*days, strict=True)
    steps, first = list[Step](), 0
    for start, end in steps_between(dates[0], dates[-1], step, week_starts):
        after = bisect_left(dates, end, first)
        steps.append(Step(start, end, sum(plays[first:after]), sum(ms[first:after])))
        first = after
    return tuple(steps)


def most_heard(account_id: int, kind: Kind, tracks: Sequence[TrackSum], limit: int) -> tuple[MostHeard, ...]:
    """The items of a kind to which these tracks belong, ranked by plays, then by time; one query."""
    values = {
        "account_id": account_id,
        "ids": [track.track_id for track in tracks],
        "plays": [track.plays for track in tracks],
        "ms": [track.ms_played for track in tracks],
        "limit": limit,
    }
    statement = MOST_HEARD.format(shown=kind.shown, key=kind.key, name=kind.name, joins=kind.joins)
    return tuple(records(MostHeard, statement, values))
