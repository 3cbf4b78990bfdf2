"""Plays over time as a bar chart."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from insights.plays.calendar_steps import StepName
from web.drawing.bars import Amount, Bars, bars
from web.languages.writing import long_date, month_and_year, month_mark, plain_date, short_day_and_month
from web.pages.languages import _

MINUTE, HOUR = 60_000, 3_600_000  # milliseconds


def measured(entry: Any, by: str) -> int:
    """Its plays, or its milliseconds."""
    return int(entry.ms_played if by == "time" else entry.plays)


def bars_of(answer: Any, by: str = "plays") -> Bars:
    """Of an answer about activity."""
    return bars_by([amount_of(step.start, measured(step, by), answer.step) for step in answer.steps], by)


def bars_by(amounts: Sequence[Amount], by: str) -> Bars:
    """Of plays, or of milliseconds in round hours or minutes."""
    if by == "plays":
        return bars(amounts)
    longest = max((amount.value for amount in amounts), default=0)
    return bars(amounts, HOUR if longest >= 2 * HOUR else MINUTE)


def amount_of(start: date, value: int, length: StepName) -> Amount:
    """A bar for the step of that length that begins on `start`."""
    begins_year = length == "month" and start.month == 1
    mark = str(start.year) if begins_year else _mark(start, length)
    return Amount(_name(start, length), value, mark, major=begins_year)


def _name(start: date, length: StepName) -> str:
    match length:
        case "day":
            return long_date(start)
        case "month":
            return month_and_year(start)
        case "year":
            return str(start.year)
    return _("Week from %(day)s") % {"day": plain_date(start)}


def _mark(start: date, length: StepName) -> str:
    if length == "year":
        return str(start.year)
    return month_mark(start) if length == "month" else short_day_and_month(start)
