"""Plays over time as a bar chart."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from insights.plays.calendar_steps import StepName
from web.drawing.bars import Amount, Bars, bars

NAMES: Mapping[StepName, str] = {
    "day": "{0:%A}, {0.day} {0:%B} {0.year}",
    "month": "{0:%B} {0.year}",
    "year": "{0.year}",
}
MARKS: Mapping[StepName, str] = {
    "day": "{0.day} {0:%b}",
    "week": "{0.day} {0:%b}",
    "month": "{0:%b}",
    "year": "{0.year}",
}


def bars_of(answer: Any) -> Bars:
    """Of an answer about activity."""
    return bars([_amount(step, answer.step) for step in answer.steps])


def _amount(step: Any, length: StepName) -> Amount:
    return amount_of(step.start, step.plays, length)


def amount_of(start: date, value: int, length: StepName) -> Amount:
    """A bar for the step of that length that begins on `start`."""
    name = NAMES.get(length, "Week from {0.day} {0:%B} {0.year}").format(start)
    mark = MARKS[length].format(start)
    begins_year = length == "month" and start.month == 1
    return Amount(name, value, str(start.year) if begins_year else mark, major=begins_year)
