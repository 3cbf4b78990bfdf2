"""Milestones: the plays with which a round number of plays, or of hours listened, was reached."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from itertools import accumulate, count, pairwise

from msgspec import Struct

from db.engine.records import record, records
from insights.answers.periods import BEGINNING, END
from insights.plays.local_days import Day, heard_days
from insights.plays.scope import Scope, shift_values
from insights.plays.sources import by_report, each_local_play
from insights.plays.tracks import COLUMNS, JOINS, KnownTrack, TrackColumns
from insights.plays.utc_offsets import FIRST, Shift, shifts
from people.days import AN_INSTANT, Zones

MOST = 1000  # of each kind in an answer
ONE_DAY = timedelta(days=1)
SO_FAR = f"""
    SELECT coalesce(sum(plays), 0)::bigint AS plays, coalesce(sum(ms), 0)::bigint AS ms
    FROM ({by_report("country")}) reports
"""
UTC_ONLY = Zones(((BEGINNING, "UTC"),))
# For each day in which a number is reached, the play that reaches it: the day's play number `wanted`, or the one
# during which the day's millisecond number `wanted` is heard.
REACHED = f"""
    WITH heard AS (
        SELECT local::date AS day, played_at, track_id, ms, row_number() OVER earlier AS plays_so_far,
               sum(ms) OVER earlier AS ms_so_far
        FROM ({each_local_play()}) each_play
        WINDOW earlier AS (PARTITION BY local::date ORDER BY played_at, place ROWS UNBOUNDED PRECEDING)
    )
    SELECT kind, number, played_at, track.id AS track_id, {COLUMNS}
    FROM unnest(%(kinds)s::text[], %(numbers)s::bigint[], %(days)s::date[], %(wanted)s::bigint[])
        AS mark (kind, number, day, wanted)
    JOIN heard ON heard.day = mark.day AND CASE kind WHEN 'plays' THEN plays_so_far = wanted
        ELSE ms_so_far >= wanted AND ms_so_far - ms < wanted END
    JOIN track ON track.id = heard.track_id {JOINS}
    ORDER BY kind, number
"""


class SoFar(Struct, frozen=True):
    plays: int = 0
    ms: int = 0


class ReachedRecord(TrackColumns, frozen=True):
    kind: str
    number: int
    played_at: datetime
    track_id: int


@dataclass(frozen=True, slots=True)
class Scale:
    """The numbers that are milestones: those in `first`, then the multiples of `every`, each in units of `unit`."""

    first: tuple[int, ...]
    every: int
    unit: int = 1

    def numbers(self) -> Iterator[int]:
        yield from self.first
        yield from count(self.every, self.every)

    def after(self, so_far: int) -> int:
        """The first number that has not been reached yet."""
        return next(number for number in self.numbers() if number * self.unit > so_far)


PLAYS = Scale((1, 100, 1000, 5000), 10_000)
HOURS = Scale((1, 100, 500), 1000, 3_600_000)  # of milliseconds


@dataclass(frozen=True, slots=True)
class Milestone:
    """The play with which a number was reached, and its track."""

    number: int
    played_at: datetime
    id: int
    track: KnownTrack


Reached = tuple[Milestone, ...]


@dataclass(frozen=True, slots=True)
class Milestones:
    """The milestones that were reached, the earliest first (only the latest MOST). `so_far` counts plays or
    milliseconds; `next` is the next number.
    """

    reached: Reached
    so_far: int
    next: int


@dataclass(frozen=True, slots=True)
class Mark:
    """A number that was reached on a day, with the day's play or millisecond number `wanted`."""

    kind: str
    number: int
    day: date
    wanted: int


def milestones(scope: Scope, plays: Scale = PLAYS, hours: Scale = HOURS) -> tuple[Milestones, Milestones]:
    """The milestones in the period, by plays and by hours listened, counted from the first play ever.

    Three queries for all time, six for another period.
    """
    if (scope.period.start, scope.period.end) == (BEGINNING, END):
        return _milestones(scope, plays, hours, SoFar())
    by_plays, by_hours = reached_within(scope, plays, hours)
    until_then = scope.during(BEGINNING, scope.period.end)
    so_far = _so_far(until_then)
    return (
        Milestones(by_plays[-MOST:], so_far.plays, plays.after(so_far.plays)),
        Milestones(by_hours[-MOST:], so_far.ms, hours.after(so_far.ms)),
    )


def _so_far(scope: Scope) -> SoFar:
    return record(SoFar, SO_FAR, scope.values(sums=scope.sums_of_reports)) or SoFar()


def reached_within(scope: Scope, plays: Scale = PLAYS, hours: Scale = HOURS) -> tuple[Reached, Reached]:
    """The milestones of all time that were reached in the period, by plays and by hours; five queries.

    Reads whole UTC days, because for the time before, only the total is known.
    """
    start, end = scope.period.start, scope.period.end
    so_far = _so_far_at_midnight(scope)
    whole_days = scope.during(_midnight(start), end if end >= END else _midnight(end) + ONE_DAY)
    by_plays, by_hours = (
        tuple(each for each in milestone.reached if start <= each.played_at < end)
        for milestone in _milestones(whole_days, plays, hours, so_far)
    )
    return by_plays, by_hours


def _so_far_at_midnight(scope: Scope) -> SoFar:
    """The totals before the UTC day in which the period begins.

    Sums often end where a period begins, but rarely at a midnight of UTC. So what was played in between is subtracted.
    """
    start = scope.period.start
    before, since = _so_far(scope.during(BEGINNING, start)), _so_far(scope.during(_midnight(start), start))
    return SoFar(before.plays - since.plays, before.ms - since.ms)


def _milestones(scope: Scope, plays: Scale, hours: Scale, earlier: SoFar) -> tuple[Milestones, Milestones]:
    """`earlier`: what was reached before the period."""
    scope = replace(scope, zones=_zones_in_order(scope))
    days = heard_days(scope)
    all_plays = list(accumulate((day.plays for day in days), initial=earlier.plays))
    all_ms = list(accumulate((day.ms_played for day in days), initial=earlier.ms))
    by_plays, next_play = _marks("plays", plays, days, all_plays)
    by_hours, next_hour = _marks("hours", hours, days, all_ms)
    reached = _reached(scope, [*by_plays[-MOST:], *by_hours[-MOST:]])
    return Milestones(reached["plays"], all_plays[-1], next_play), Milestones(reached["hours"], all_ms[-1], next_hour)


def _zones_in_order(scope: Scope) -> Zones:
    """The zones whose days follow one another: the listener's own, which sums have, or else UTC.

    A listener's clock may show a date again after the next one has begun. Periods other than all time begin at a
    midnight of UTC.
    """
    if scope.period.start > BEGINNING or len(scope.zones.moves) > 1:
        return UTC_ONLY
    pairs = pairwise(shifts(scope.zones, FIRST, scope.period.end))
    is_in_order = all(
        (before.until + before.ahead - AN_INSTANT).date() <= (after.since + after.ahead).date()
        for before, after in pairs
    )
    return scope.zones if is_in_order else UTC_ONLY


def _marks(kind: str, scale: Scale, days: Sequence[Day], so_far: Sequence[int]) -> tuple[list[Mark], int]:
    """The numbers reached, and the next one. `so_far` has the total before each day and after the last."""
    marks: list[Mark] = []
    for number in scale.numbers():
        place = bisect_left(so_far, number * scale.unit)
        if place == len(so_far):
            return marks, number
        if place:  # otherwise it was reached before
            marks.append(Mark(kind, number, days[place - 1].date, number * scale.unit - so_far[place - 1]))
    raise AssertionError("numbers never end")


def _midnight(instant: datetime) -> datetime:
    """The last UTC midnight at or before the instant."""
    return instant.replace(hour=0, minute=0, second=0, microsecond=0)


def _reached(scope: Scope, marks: Sequence[Mark]) -> dict[str, Reached]:
    stretches = list(_stretches_of(scope.zones, sorted({mark.day for mark in marks})))
    values = shift_values("", stretches) | {
        "kinds": [mark.kind for mark in marks],
        "numbers": [mark.number for mark in marks],
        "days": [mark.day for mark in marks],
        "wanted": [mark.wanted for mark in marks],
    }
    reached = records(ReachedRecord, REACHED, scope.values() | values)
    return {
        kind: tuple(
            Milestone(each.number, each.played_at, each.track_id, each.known_track())
            for each in reached
            if each.kind == kind
        )
        for kind in ("plays", "hours")
    }


def _stretches_of(zones: Zones, days: Sequence[date]) -> Iterator[Shift]:
    """The stretches of the clock that make up each of these days, which are in order."""
    starts = [tuple(zones.start_of(each).astimezone(UTC) for each in (day, day + ONE_DAY)) for day in days]
    clock = shifts(zones, starts[0][0], starts[-1][1]) if starts else []
    until = [stretch.until for stretch in clock]
    for start, end in starts:
        for stretch in clock[bisect_right(until, start) : bisect_left(until, end) + 1]:
            yield stretch._replace(since=max(start, stretch.since), until=min(end, stretch.until))
