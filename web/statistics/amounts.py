"""Plays over time as a bar chart."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from insights.plays.calendar_steps import StepName
from web.drawing.bars import Amount, Bars, bars
from web.languages.writing import long_date, month_and_year, month_mark, plain_date, short_day_and_month
from web.pages.languages import _
from web.questions.view import View
from web.statistics.periods import A_DAY, Days, href_of

MOST_LINKS = 120  # bars; where there are more, they are too thin to hit
MINUTE, HOUR = 60_000, 3_600_000  # milliseconds


def measured(entry: Any, by: str) -> int:
    """Its plays, or its milliseconds."""
    return int(entry.ms_played if by == "time" else entry.plays)


def bars_of(view: View, answer: Any, by: str = "plays") -> Bars:
    """Of an answer about activity. Each bar leads to this page, about its step."""
    amounts = [amount_of(step.start, measured(step, by), answer.step) for step in answer.steps]
    if len(amounts) > MOST_LINKS or view.parsed.visitor.period is not None:  # a link of one period shows no other
        return bars_by(amounts, by)
    hrefs = (_href(view, Days(answer.step, step.start, step.end - A_DAY)) for step in answer.steps)
    return bars_by([replace(amount, href=href) for amount, href in zip(amounts, hrefs, strict=True)], by)


def _href(view: View, days: Days) -> str | None:
    """None if it has not begun; for a link with totals only, neither has today."""
    has_begun = view.scope.zones.start_of(days.first or date.max) < view.parsed.now
    return href_of(view, days, step=None) if has_begun else None


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
