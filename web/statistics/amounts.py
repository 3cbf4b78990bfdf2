"""Amounts over time as a bar chart."""

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

from insights.plays.calendar_steps import StepName
from web.drawing.bars import Amount, Bars, bars
from web.languages.writing import long_date, month_and_year, month_mark, plain_date, short_day_and_month
from web.pages.languages import _

YEARS = 800  # days, with more than which an axis says years
MANY = 24  # bars, with more than which it says months
Steps = Sequence[tuple[date, int]]


def bars_of(answer: Any) -> Bars:
    """Of an answer about activity."""
    return bars(amounts([(step.start, step.plays) for step in answer.steps], answer.step))


def amounts(steps: Steps, length: StepName) -> list[Amount]:
    """A bar for each step of that length: the day on which it begins, and how much there was."""
    marks = _marks([start for start, _value in steps], length)
    return [
        Amount(_name(start, length), value, mark, major=is_major)
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


def _marks(starts: Sequence[date], length: StepName) -> list[tuple[str, bool]]:
    """What the axis says of each, and whether it is what the axis says where it has no room for all: where a year
    begins, or a month.
    """
    span = (starts[-1] - starts[0]).days if starts else 0
    if span > YEARS and length != "year":
        return [(str(start.year), True) if is_new else ("", False) for start, is_new in _begun(starts, _year)]
    if len(starts) > MANY and length in {"day", "week"}:
        return [(_short(start, "month", starts), is_new) for start, is_new in _begun(starts, _month)]
    return [(_short(start, length, starts), False) for start in starts]


def _begun(starts: Sequence[date], unit: Callable[[date], int]) -> list[tuple[date, bool]]:
    """Each with whether another year or month begins with it."""
    units = [unit(start) for start in starts]
    return [(start, not place or units[place] != units[place - 1]) for place, start in enumerate(starts)]


def _year(day: date) -> int:
    return day.year


def _month(day: date) -> int:
    return day.month


def _short(start: date, length: StepName, starts: Sequence[date]) -> str:
    """A month is a year's beginning only where there are several."""
    if length == "year" or (length == "month" and start.month == 1 and starts[0].year != starts[-1].year):
        return str(start.year)
    return month_mark(start) if length == "month" else short_day_and_month(start)
