"""The archive of lists: the month of a day, with links to its days that have a list and to other months."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from insights.list_dates import ListDates, last_of_month
from insights.plays.calendar_steps import step_of
from web.languages.writing import weekday_marks

A_DAY, DAYS_OF_WEEK = timedelta(days=1), 7
Address = Callable[[date], str]


@dataclass(frozen=True, slots=True)
class ArchiveDay:
    """A day; `href` leads to its list, None if it has none."""

    day: date
    href: str | None
    is_shown: bool


@dataclass(frozen=True, slots=True)
class Archive:
    """`weeks` are those of the month, with None for days of other months. The addresses lead to the nearest lists."""

    month: date
    weeks: Sequence[Sequence[ArchiveDay | None]]
    before: str | None
    after: str | None
    earlier_month: str | None
    later_month: str | None

    @property
    def weekdays(self) -> list[str]:
        """The short names of the days, in the order of a full week."""
        full = max(self.weeks, key=lambda week: sum(each is not None for each in week))
        return [weekday_marks()[each.day.weekday()] if each else "" for each in full]


def archive(day: date, dates: ListDates, address: Address, week_starts: str) -> Archive:
    """The archive around the day that is shown, which may have no list."""

    def maybe(other: date | None) -> str | None:
        return address(other) if other else None

    days = [
        ArchiveDay(each, address(each) if each in dates.of_month else None, each == day) for each in _days_of_month(day)
    ]
    return Archive(
        day.replace(day=1),
        _in_weeks(days, week_starts),
        maybe(dates.before),
        maybe(dates.after),
        maybe(dates.in_earlier_month),
        maybe(dates.in_later_month),
    )


def _days_of_month(day: date) -> Iterator[date]:
    return (day.replace(day=number) for number in range(1, last_of_month(day).day + 1))


def _in_weeks(days: Sequence[ArchiveDay], week_starts: str) -> list[list[ArchiveDay | None]]:
    """The days in weeks of seven places."""
    first = days[0].day
    lead = (first.weekday() - _weekday(week_starts)) % DAYS_OF_WEEK
    places: list[ArchiveDay | None] = [*[None] * lead, *days]
    places += [None] * (-len(places) % DAYS_OF_WEEK)
    return [places[start : start + DAYS_OF_WEEK] for start in range(0, len(places), DAYS_OF_WEEK)]


def _weekday(name: str) -> int:
    return step_of(date(2001, 1, 7), "week", name).weekday()
