"""A calendar: months of days, each day a square of the class that its amount belongs to; one path for each class."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from insights.answers.periods import WEEKDAYS
from web.drawing.scales import amount_class, quartiles

SQUARE, ROOM = 12, 14  # of a day, and what it takes with the gap beside it
TO_COME = "x"  # the class of days that have not been


@dataclass(frozen=True, slots=True)
class Month:
    """`paths` by class; `peak` is the path of the day to notice, if it is in this month."""

    first: date
    total: int
    paths: Mapping[str, str]
    peak: str


def months(amounts: Sequence[tuple[date, int]], today: date, week_starts: str, peak: date | None) -> list[Month]:
    borders = quartiles(amount for _, amount in amounts)
    by_month = groupby(amounts, key=lambda pair: pair[0].replace(day=1))
    return [_month(first, list(days), borders, today, WEEKDAYS.index(week_starts), peak) for first, days in by_month]


def _month(
    first: date, days: Sequence[tuple[date, int]], borders: Sequence[float], today: date, starts: int, peak: date | None
) -> Month:
    paths: dict[str, str] = {}
    for day, amount in days:
        kind = TO_COME if day > today else f"q{amount_class(amount, borders)}"
        paths[kind] = paths.get(kind, "") + _square(first, day, starts)
    of_peak = _square(first, peak, starts) if peak and peak.replace(day=1) == first else ""
    return Month(first, sum(amount for _, amount in days), paths, of_peak)


def _square(first: date, day: date, starts: int) -> str:
    """A column for each week, a row for each weekday."""
    column, row = divmod(day.day - 1 + (first.weekday() - starts) % 7, 7)
    return f"M{column * ROOM + 1} {row * ROOM + 1}h{SQUARE}v{SQUARE}h-{SQUARE}z"
