"""/calendar/<username>: every day of a period, with how much was played on it."""

from datetime import date, timedelta
from typing import Annotated

from msgspec import Meta

from insights.answers.parameters import BadParameter
from insights.answers.periods import BEGINNING, END, YEAR
from insights.answers.values import SAFE, Count, Day, Milliseconds, Part, Safe, says
from insights.plays.local_days import Day as HeardDay
from insights.plays.local_days import heard_days
from insights.plays.scope import Scope
from insights.question import COUNTING, OF, PERIOD, Question
from people.days import last_date_before, local_date

MOST_DAYS = 36_600
Year = Annotated[int, Meta(ge=1970, le=9990, extra_json_schema={SAFE: True})]


class CalendarDay(Part, frozen=True):
    date: Day
    plays: Count
    ms_played: Milliseconds


class Calendar(Part, frozen=True):
    year: Annotated[Year | None, says("The year that you asked for; null for any other period.")]
    days: Annotated[Safe[tuple[CalendarDay, ...]], says("Every day of the period, including days without plays.")]
    most_active: Annotated[
        Safe[CalendarDay | None],
        says(
            "The day with the most plays; if several have as many, the one with the longest listening time, then the "
            "earliest. Null without plays."
        ),
    ]


def calendar(scope: Scope) -> Calendar:
    """Every day of a year, or of any other period.

    How much you played on each day of your own calendar, including days without plays. A play belongs to the day on
    which it ended. A period without a beginning or an end runs from the first day with plays to the last. If you
    travelled west across midnight, the last date of a period may have begun before you arrived. The default is the
    current year.
    """
    heard = {day.date: day for day in heard_days(scope)}
    days = tuple(_shown(heard.get(day) or HeardDay(day, 0, 0)) for day in _dates(scope, list(heard)))
    most_active = max(days, key=lambda day: (day.plays, day.ms_played), default=None)
    name = scope.period.name or ""
    year = local_date(scope.zones, scope.period.start).year if name == "year" or YEAR.fullmatch(name) else None
    return Calendar(year, days, most_active if most_active and most_active.plays else None)


def _dates(scope: Scope, heard: list[date]) -> list[date]:
    """After a move west over midnight, the date of a play may be later than the period's last. Raises BadParameter."""
    period, zones = scope.period, scope.zones
    first = local_date(zones, period.start) if period.start != BEGINNING else min(heard, default=None)
    last = max([*heard, *([last_date_before(zones, period.end)] if period.end != END else [])], default=None)
    if first is None or last is None:
        return []
    if (last - first).days >= MOST_DAYS:
        raise BadParameter("period", "must be at most a hundred years long here: choose a year, or bounds")
    return [first + timedelta(days=number) for number in range((last - first).days + 1)]


def _shown(day: HeardDay) -> CalendarDay:
    return CalendarDay(day.date, day.plays, day.ms_played)


QUESTION = Question(
    "calendar",
    calendar,
    takes=PERIOD + COUNTING + OF,
    sums_only=True,
    lists="days",
    default_period="year",
    old_names={"year": "period"},
    page="Days",
)
