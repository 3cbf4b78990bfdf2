"""Plays by calendar step, including the steps without plays."""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Annotated

from insights.answers.periods import FIRST_YEAR, LAST_YEAR
from insights.answers.values import Count, Day, Milliseconds, Part, says
from insights.plays.calendar_steps import StepName, step_of, steps_between
from insights.plays.local_days import Day as PlayedDay
from insights.plays.local_days import heard_days
from insights.plays.scope import Scope
from people.days import last_date_before, local_date

# A bound beyond these is no bound: no named period and no play is there, and `date` ends not far away.
EARLIEST, LATEST = datetime(FIRST_YEAR - 1, 1, 1, tzinfo=UTC), datetime(LAST_YEAR + 2, 1, 1, tzinfo=UTC)


class ActivityStep(Part, frozen=True):
    """A day, week, month or year of the listener's calendar.

    The dates are those of the whole step, even if the period begins or ends within it.
    """

    start: Day
    end: Annotated[Day, says("The day after its last day.")]
    plays: Count
    ms_played: Milliseconds


def plays_by_step(scope: Scope, step: StepName) -> tuple[ActivityStep, ...]:
    """From the step in which the period begins to the step in which it ends.

    An open end of the period is replaced by the first or last play; without plays there are then no steps.
    Two queries. Raises TooManySteps.
    """
    return days_by_step(scope, step, heard_days(scope))


def days_by_step(scope: Scope, step: StepName, days: Sequence[PlayedDay]) -> tuple[ActivityStep, ...]:
    """The same, of the days with plays in the period. Raises TooManySteps."""
    sums: dict[date, tuple[int, int]] = {}
    bounds = local_bounds(scope)
    for day in days:
        start = step_of(day.date, step, scope.week_starts)
        plays, ms = sums.get(start, (0, 0))
        sums[start] = plays + day.plays, ms + day.ms_played
    if not days and None in bounds:
        return ()
    # A listener who moves west may live through a date twice: a period may contain plays of dates outside its bounds.
    ends = [bound for bound in bounds if bound is not None] + [day.date for day in (*days[:1], *days[-1:])]
    steps = steps_between(min(ends), max(ends), step, scope.week_starts)
    return tuple(ActivityStep(start, end, *sums.get(start, (0, 0))) for start, end in steps)


def local_bounds(scope: Scope) -> tuple[date | None, date | None]:
    """The first and last local date of the period; None for an open end."""
    start, end = scope.period.start, scope.period.end
    first = local_date(scope.zones, start) if start >= EARLIEST else None
    last = last_date_before(scope.zones, end) if end <= LATEST else None
    return first, last
