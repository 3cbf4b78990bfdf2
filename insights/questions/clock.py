"""/clock/<username>: plays by the hour of the week, by the listener's own clock."""

from collections.abc import Sequence
from typing import Annotated

from msgspec import Meta, Struct

from db.engine.records import records
from insights.answers.periods import WEEKDAYS
from insights.answers.values import Count, Hour, Milliseconds, Part, Private, Safe, Weekday, says
from insights.plays.scope import Scope
from insights.plays.sources import by_hour_of_week
from insights.question import COMPLETENESS, COUNTING, OF, PERIOD, Question

HOURS = range(24)
CELLS = f"""
    SELECT hour, sum(plays)::bigint AS plays, sum(ms)::bigint AS ms FROM ({by_hour_of_week()}) hours GROUP BY hour
"""


class CellRecord(Struct, frozen=True):
    """The plays of one hour of the week; 0 is Monday's first."""

    hour: int
    plays: int
    ms: int


class HourOfDay(Part, frozen=True):
    """An hour of the day, over all weekdays."""

    hour: Hour
    plays: Private[Count]
    ms_played: Private[Milliseconds]


class DayOfWeek(Part, frozen=True):
    """A weekday, over all its hours."""

    weekday: Weekday
    plays: Count
    ms_played: Milliseconds


class HourOfWeek(Part, frozen=True):
    """An hour of a weekday: the plays that ended in it."""

    weekday: Private[Weekday]
    hour: Hour
    plays: Private[Count]
    ms_played: Private[Milliseconds]


class Clock(Part, frozen=True):
    hours: Annotated[tuple[HourOfDay, ...], Meta(max_length=24), says("Always all 24.")]
    weekdays: Annotated[Safe[tuple[DayOfWeek, ...]], Meta(max_length=7), says("Always all 7.")]
    cells: Annotated[tuple[HourOfWeek, ...], Meta(max_length=168), says("Always all 168.")]
    busiest: Annotated[
        HourOfWeek | None,
        says(
            "The hour with the most plays; if several have as many, the one with the longest listening time, then the "
            "first of the week. Null if nothing was played."
        ),
    ]


def clock(scope: Scope) -> Clock:
    """Plays by the hour of the week.

    Plays are counted by the weekday and hour that your own clock showed when they ended, also in time zones that
    differ from UTC by half an hour. All 168 hours are listed, beginning with the day on which weeks start in the
    service's settings.
    """
    cells = _cells(scope)
    busiest = max(cells, key=lambda cell: (cell.plays, cell.ms_played))
    return Clock(
        tuple(HourOfDay(hour, *_sums(cells[hour::24])) for hour in HOURS),
        tuple(DayOfWeek(cells[first].weekday, *_sums(cells[first : first + 24])) for first in range(0, 168, 24)),
        cells,
        busiest if busiest.plays else None,
    )


def _cells(scope: Scope) -> tuple[HourOfWeek, ...]:
    """Every hour of a week, in order; one query, and one for the bounds."""
    cells = records(CellRecord, CELLS, scope.local_values())
    sums = {divmod(cell.hour, 24): (cell.plays, cell.ms) for cell in cells}
    starts = WEEKDAYS.index(scope.week_starts)
    return tuple(
        HourOfWeek(WEEKDAYS[weekday], hour, *sums.get((weekday, hour), (0, 0)))
        for weekday in ((starts + day) % 7 for day in range(7))
        for hour in HOURS
    )


def _sums(cells: Sequence[HourOfWeek]) -> tuple[int, int]:
    """The plays of these hours, and their milliseconds."""
    return sum(cell.plays for cell in cells), sum(cell.ms_played for cell in cells)


QUESTION = Question(
    "clock", clock, takes=PERIOD + COUNTING + OF + COMPLETENESS, sums_only=True, lists="cells", page="Hours"
)
