"""The ranges of ListenBrainz' statistics: the current week, month or year, or the last whole one, or all time.

They are those of the listener's own calendar.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from insights.answers.periods import WEEKDAYS
from insights.plays.calendar_steps import StepName
from web.answer_types.listens import RangeName

RANGES: tuple[RangeName, ...] = (
    "all_time", "this_week", "this_month", "this_year", "week", "month", "quarter", "half_yearly", "year",
)  # fmt: skip
MONTHS = {"month": 1, "quarter": 3, "half_yearly": 6, "year": 12}
A_DAY, A_WEEK = timedelta(days=1), timedelta(days=7)
STEPS: dict[str, StepName] = {
    "week": "day",
    "month": "day",
    "quarter": "month",
    "half_yearly": "month",
    "year": "month",
}
FORMATS: dict[RangeName, str] = {
    "all_time": "%Y", **dict.fromkeys(("this_week", "week"), "%A %d %B %Y"),
    **dict.fromkeys(("this_month", "month"), "%d %B %Y"),
}  # fmt: skip
BY_MONTH = "%B %Y"


@dataclass(frozen=True, slots=True)
class DateRange:
    """Dates from `first` until before `end`; the range before it begins at `before`. `step` is that of activity."""

    before: date
    first: date
    end: date
    step: StepName


def date_range(name: RangeName, today: date, week_starts: str) -> DateRange | None:
    """None for all time."""
    kind = name.removeprefix("this_")
    if kind == "all_time":
        return None
    first = _first_day(kind, today, WEEKDAYS.index(week_starts))
    last_one = _earlier(kind, first)
    if name != kind:  # the current one
        return DateRange(last_one, first, today + A_DAY, STEPS[kind])
    return DateRange(_earlier(kind, last_one), last_one, first, STEPS[kind])


def _first_day(kind: str, today: date, week_starts: int) -> date:
    if kind == "week":
        return today - timedelta(days=(today.weekday() - week_starts) % 7)
    months = MONTHS[kind]
    return date(today.year, (today.month - 1) // months * months + 1, 1)


def _earlier(kind: str, first: date) -> date:
    """The first day of the week, month and so on before the one that begins on `first`."""
    if kind == "week":
        return first - A_WEEK
    months = first.year * 12 + first.month - 1 - MONTHS[kind]
    return date(months // 12, months % 12 + 1, 1)


def written(name: RangeName, start: date) -> str:
    """The name of a step of activity, as at ListenBrainz."""
    return start.strftime(FORMATS.get(name, BY_MONTH))


def second(instant: datetime) -> int:
    return int(instant.timestamp())
