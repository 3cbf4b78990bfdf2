"""A calendar: months of days, each day a square in the class of its amount; one path for each class."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from insights.answers.periods import WEEKDAYS
from web.drawing.scales import amount_class, quartiles

SQUARE, ROOM = 12, 14  # the side of a day's square, without and with the gap beside it
TO_COME = "x"  # the class of days in the future
DAYS_OF_WEEK = 7
NOT_RECORDED = "none"  # the class of days without plays for which nobody knows whether any are missing


@dataclass(frozen=True, slots=True)
class Day:
    """A day; `kind` is the class of its amount."""

    date: date
    amount: int
    kind: str
    is_peak: bool


@dataclass(frozen=True, slots=True)
class Month:
    """`paths` by class; `peak` is the path of the highlighted day, if it is in this month.

    `weeks` have seven places, with None for days of other months or outside of the period.
    """

    first: date
    total: int
    paths: Mapping[str, str]
    peak: str
    weeks: Sequence[Sequence[Day | None]]


def months(
    amounts: Sequence[tuple[date, int]],
    today: date,
    week_starts: str,
    peak: date | None,
    not_recorded: Collection[date] = (),
) -> list[Month]:
    borders = quartiles(amount for _, amount in amounts)
    starts = WEEKDAYS.index(week_starts)
    days = [Day(day, amount, _kind(day, amount, borders, today, not_recorded), day == peak) for day, amount in amounts]
    by_month = groupby(days, key=lambda day: day.date.replace(day=1))
    return [_month(first, list(of_month), starts) for first, of_month in by_month]


def _kind(day: date, amount: int, borders: Sequence[float], today: date, not_recorded: Collection[date]) -> str:
    """The class of a day: not recorded is not zero."""
    if day > today:
        return TO_COME
    return NOT_RECORDED if not amount and day in not_recorded else f"q{amount_class(amount, borders)}"


def _month(first: date, days: Sequence[Day], starts: int) -> Month:
    paths: dict[str, str] = {}
    for day in days:
        paths[day.kind] = paths.get(day.kind, "") + _square(first, day.date, starts)
    of_peak = "".join(_square(first, day.date, starts) for day in days if day.is_peak)
    return Month(first, sum(day.amount for day in days), paths, of_peak, _weeks(days, starts))


def _weeks(days: Sequence[Day], starts: int) -> list[Sequence[Day | None]]:
    lead = (days[0].date.weekday() - starts) % DAYS_OF_WEEK
    places = [*[None] * lead, *days, *[None] * (-(lead + len(days)) % DAYS_OF_WEEK)]
    return [places[start : start + DAYS_OF_WEEK] for start in range(0, len(places), DAYS_OF_WEEK)]


def _square(first: date, day: date, starts: int) -> str:
    """A column for each week, a row for each weekday."""
    column, row = divmod(day.day - 1 + (first.weekday() - starts) % 7, 7)
    return f"M{column * ROOM + 1} {row * ROOM + 1}h{SQUARE}v{SQUARE}h-{SQUARE}z"
