"""How much was heard day by day, or by week, month or year: also when nothing was."""

from dataclasses import dataclass
from datetime import UTC, date, datetime

from insights.days import local_date
from insights.local_days import heard_days
from insights.periods import FIRST_YEAR, LAST_YEAR
from insights.scope import AN_INSTANT, Scope
from insights.steps import step_of, steps_between

DAY_BY_DAY = 92  # days at most in a period that is shown day by day unless asked otherwise: a quarter of a year
# Whatever lies beyond is no bound: no named period does, nor any play, and calendars end not far from there.
EARLIEST, LATEST = datetime(FIRST_YEAR - 1, 1, 1, tzinfo=UTC), datetime(LAST_YEAR + 2, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Step:
    """A day, week, month or year of the listener's calendar, `end` not included; `ms_played` in milliseconds.

    The dates are its own also where the period begins or ends within it.
    """

    start: date
    end: date
    plays: int
    ms_played: int


def default_step(scope: Scope) -> str:
    """Days for periods of up to DAY_BY_DAY of them, else months, as for periods without a bound."""
    first, last = _bounds(scope)
    return "day" if first and last and (last - first).days < DAY_BY_DAY else "month"


def activity(scope: Scope, step: str) -> list[Step]:
    """From the step in which the period begins to the one in which it ends; where it has no such bound, the first or
    last play takes its place, and without plays there is no step. Two queries. Raises TooManySteps.
    """
    sums: dict[date, tuple[int, int]] = {}
    days, bounds = heard_days(scope), _bounds(scope)
    for day in days:
        start = step_of(day.date, step, scope.week_starts)
        plays, ms = sums.get(start, (0, 0))
        sums[start] = plays + day.plays, ms + day.ms_played
    if not days and None in bounds:
        return []
    # Who moves west lives through a date twice, so that a period may hold plays of dates outside of its bounds.
    ends = [bound for bound in bounds if bound is not None] + [day.date for day in (*days[:1], *days[-1:])]
    steps = steps_between(min(ends), max(ends), step, scope.week_starts)
    return [Step(start, end, *sums.get(start, (0, 0))) for start, end in steps]


def _bounds(scope: Scope) -> tuple[date | None, date | None]:
    """The first and the last local date of the period; None where it has no such bound."""
    start, end = scope.period.start, scope.period.end
    first = local_date(scope.zones, start) if start >= EARLIEST else None
    last = local_date(scope.zones, end - AN_INSTANT) if end <= LATEST else None
    return first, last
