"""Plays over time as a bar chart."""

from datetime import date
from typing import Any

from insights.plays.calendar_steps import StepName
from web.drawing.bars import Amount, Bars, bars
from web.languages.when import in_month, in_week_from, in_year, on_day
from web.languages.writing import long_date, month_and_year, month_mark, plain_date, short_day_and_month
from web.pages.languages import _


def bars_of(answer: Any) -> Bars:
    """Of an answer about activity."""
    return bars([_amount(step, answer.step) for step in answer.steps])


def _amount(step: Any, length: StepName) -> Amount:
    return amount_of(step.start, step.plays, length)


def amount_of(start: date, value: int, length: StepName) -> Amount:
    """A bar for the step of that length that begins on `start`."""
    begins_year = length == "month" and start.month == 1
    mark = str(start.year) if begins_year else _mark(start, length)
    return Amount(_name(start, length), value, mark, begins_year, _when(start, length))


def _name(start: date, length: StepName) -> str:
    match length:
        case "day":
            return long_date(start)
        case "month":
            return month_and_year(start)
        case "year":
            return str(start.year)
    return _("Week from %(day)s") % {"day": plain_date(start)}


def _when(start: date, length: StepName) -> str:
    match length:
        case "day":
            return on_day(start)
        case "month":
            return in_month(start)
        case "year":
            return in_year(start)
    return in_week_from(start)


def _mark(start: date, length: StepName) -> str:
    if length == "year":
        return str(start.year)
    return month_mark(start) if length == "month" else short_day_and_month(start)
