"""Amounts over time as a bar chart."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from insights.plays.calendar_steps import StepName, step_after
from web.drawing.bars import Amount, Bars, bars
from web.languages.when import in_month, in_week_from, in_year, on_day
from web.languages.writing import long_date, month_and_year, month_mark, plain_date, short_day_and_month
from web.pages.languages import _
from web.questions.view import View
from web.statistics.days import Days
from web.statistics.periods import A_DAY, href_of

MOST_LINKS = 120  # bars; if there are more, they are too thin to click
MINUTE, HOUR = 60_000, 3_600_000  # milliseconds

YEARS = 800  # days; an axis for more is marked with years
MANY = 24  # bars; an axis with more is marked with months
Steps = Sequence[tuple[date, int]]


def measured(entry: Any, by: str) -> int:
    """The plays of an entry, or its milliseconds."""
    return int(entry.ms_played if by == "time" else entry.plays)


def bars_of(view: View, steps: Steps, length: StepName, by: str = "plays") -> Bars:
    """A bar chart of the steps. Each bar leads to this page about its step."""
    drawn = amounts(steps, length)
    if len(drawn) > MOST_LINKS or view.parsed.visitor.period is not None:  # a link of one period shows no other
        return bars_by(drawn, by)
    hrefs = (_href(view, Days(length, start, step_after(start, length) - A_DAY)) for start, _value in steps)
    return bars_by([replace(amount, href=href) for amount, href in zip(drawn, hrefs, strict=True)], by)


def _href(view: View, days: Days) -> str | None:
    """The page about these days; None if they have not begun. For a link with totals only, today has not, either."""
    has_begun = view.scope.zones.start_of(days.first or date.max) < view.parsed.now
    return href_of(view, days, step=None) if has_begun else None


def bars_by(drawn: Sequence[Amount], by: str) -> Bars:
    """A bar chart of plays, or of milliseconds with lines at round hours or minutes."""
    if by == "plays":
        return bars(drawn)
    longest = max((amount.value for amount in drawn), default=0)
    return bars(drawn, HOUR if longest >= 2 * HOUR else MINUTE)


def amounts(steps: Steps, length: StepName) -> list[Amount]:
    """A bar for each step of that length, which is given by its first day and its amount."""
    marks = _marks([start for start, _value in steps], length)
    return [
        Amount(_name(start, length), value, mark, is_major, when_of(start, length))
        for (start, value), (mark, is_major) in zip(steps, marks, strict=True)
    ]


def _name(start: date, length: StepName) -> str:
    match length:
        case "day":
            return long_date(start)
        case "month":
            return month_and_year(start)
        case "year":
            return str(start.year)
    return _("Week from %(day)s") % {"day": plain_date(start)}


def when_of(start: date, length: StepName) -> str:
    match length:
        case "day":
            return on_day(start)
        case "month":
            return in_month(start)
        case "year":
            return in_year(start)
    return in_week_from(start)


def _marks(starts: Sequence[date], length: StepName) -> list[tuple[str, bool]]:
    """The mark of each step on the axis, and whether it is a major one, at the beginning of a year or month.

    If there is no room for all marks, only major ones are shown.
    """
    span = (starts[-1] - starts[0]).days if starts else 0
    if span > YEARS and length != "year":
        return [(str(start.year), True) if is_new else ("", False) for start, is_new in _begun(starts, _year)]
    if len(starts) > MANY and length in {"day", "week"}:
        return [(_short(start, "month", starts), is_new) for start, is_new in _begun(starts, _month)]
    return [(_short(start, length, starts), False) for start in starts]


def _begun(starts: Sequence[date], unit: Callable[[date], int]) -> list[tuple[date, bool]]:
    """Each step, and whether a new year or month begins with it."""
    units = [unit(start) for start in starts]
    return [(start, not place or units[place] != units[place - 1]) for place, start in enumerate(starts)]


def _year(day: date) -> int:
    return day.year


def _month(day: date) -> int:
    return day.month


def _short(start: date, length: StepName, starts: Sequence[date]) -> str:
    """The short name of a step. A January is named by its year if there are several years."""
    if length == "year" or (length == "month" and start.month == 1 and starts[0].year != starts[-1].year):
        return str(start.year)
    return month_mark(start) if length == "month" else short_day_and_month(start)
