"""A calendar: months of days, each day a square of the class that its amount belongs to; one path for each class."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from insights.answers.periods import WEEKDAYS
from web.drawing.scales import amount_class, quartiles

SQUARE, ROOM = 12, 14  # of a day, and what it takes with the gap beside it
TO_COME = "x"  # the class of days that have not been
NOT_RECORDED = "none"  # of days without plays of which nobody knows whether they are missing


@dataclass(frozen=True, slots=True)
class Month:
    """`paths` by class; `peak` is the path of the day to notice, if it is in this month."""

    first: date
    total: int
    paths: Mapping[str, str]
    peak: str


def months(
    amounts: Sequence[tuple[date, int]],
    today: date,
    week_starts: str,
    peak: date | None,
    not_recorded: Collection[date] = (),
) -> list[Month]:
    borders = quartiles(amount for _, amount in amounts)
    starts = WEEKDAYS.index(week_starts)
    kinds = [(day, amount, _kind(day, amount, borders, today, not_recorded)) for day, amount in amounts]
    by_month = groupby(kinds, key=lambda drawn: drawn[0].replace(day=1))
    return [_month(first, list(days), starts, peak) for first, days in by_month]


def _kind(day: date, amount: int, borders: Sequence[float], today: date, not_recorded: Collection[date]) -> str:
    """The class of a day: not recorded is not zero."""
    if day > today:
        return TO_COME
    return NOT_RECORDED if not amount and day in not_recorded else f"q{amount_class(amount, borders)}"


def _month(first: date, days: Sequence[tuple[date, int, str]], starts: int, peak: date | None) -> Month:
    paths: dict[str, str] = {}
    for day, _, kind in days:
        paths[kind] = paths.get(kind, "") + _square(first, day, starts)
    of_peak = _square(first, peak, starts) if peak and peak.replace(day=1) == first else ""
    return Month(first, sum(amount for _, amount, _ in days), paths, of_peak)


def _square(first: date, day: date, starts: int) -> str:
    """A column for each week, a row for each weekday."""
    column, row = divmod(day.day - 1 + (first.weekday() - starts) % 7, 7)
    return f"M{column * ROOM + 1} {row * ROOM + 1}h{SQUARE}v{SQUARE}h-{SQUARE}z"
