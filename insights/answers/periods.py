"""The period of a question: a calendar day, week, month or year where the listener lives, or any range of time."""

import calendar
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from people.days import Zones

BEGINNING = datetime(1, 1, 1, tzinfo=UTC)
END = datetime(9999, 12, 31, tzinfo=UTC)
WEEKDAYS = tuple(map(str.lower, calendar.day_name))
NAMES = ("today", "week", "month", "year", "all")
YEAR, MONTH = re.compile(r"(\d{4})", re.ASCII), re.compile(r"(\d{4})-(\d\d)", re.ASCII)
WEEK, DAY = re.compile(r"(\d{4})-W(\d\d)", re.ASCII), re.compile(r"(\d{4})-(\d\d)-(\d\d)", re.ASCII)
FIRST_YEAR, LAST_YEAR = 1970, 9990
Days = tuple[date, date]  # from the first until before the second


@dataclass(frozen=True, slots=True)
class Period:
    """start <= played_at < end. `before` is the period of the same kind just before it, or of a running period the
    same part of that (so_far.py), None if there is none.

    `name` is the requested name, None if the period was given by its bounds.
    """

    name: str | None
    start: datetime
    end: datetime
    before: tuple[datetime, datetime] | None = None


class NotAPeriod(Exception):
    """The text is not the name of a period."""


ALL = Period("all", BEGINNING, END)


def named_period(name: str, zones: Zones, today: date, week_starts: str = "monday") -> Period:
    """today, week, month, year (those that contain `today`), all, 2025, 2025-06, 2025-W42 (ISO) or 2025-06-01.

    Raises NotAPeriod for any other name, and for a date that does not exist or is not from 1970 to 9990.
    """
    if name == "all":
        return ALL
    try:
        days, before = _calendar(name, today, WEEKDAYS.index(week_starts))
    except (ValueError, OverflowError) as error:
        raise NotAPeriod(name) from error
    if not FIRST_YEAR <= days[0].year <= LAST_YEAR:
        raise NotAPeriod(name)
    return Period(name, *_instants(days, zones), _instants(before, zones))


def bounded_period(start: datetime | None, end: datetime | None) -> Period:
    """Between two instants. If both are given, the period before has the same length."""
    start, end = start and _in_utc(start), end and _in_utc(end)
    if start is None or end is None:
        return Period(None, start or BEGINNING, end or END)
    length = end - start
    return Period(None, start, end, (start - length, start) if start - BEGINNING > length else None)


def _in_utc(instant: datetime) -> datetime:
    """At the very ends of the calendar, where the UTC date would be out of range, the end itself."""
    try:
        return instant.astimezone(UTC)
    except OverflowError:
        return BEGINNING if instant.year == BEGINNING.year else END


def _instants(days: Days, zones: Zones) -> tuple[datetime, datetime]:
    first, last = days
    # In UTC, because the difference of two times in one zone is the difference of local times, not the elapsed time.
    return zones.start_of(first).astimezone(UTC), zones.start_of(last).astimezone(UTC)


def _calendar(name: str, today: date, week_starts: int) -> tuple[Days, Days]:
    """The days of a period and of the one before it. Raises ValueError."""
    if name in NAMES:
        return _current(name, today, week_starts)
    for pattern, days in FORMS.items():
        if match := pattern.fullmatch(name):
            return days(*map(int, match.groups()))
    raise NotAPeriod(name)


def _current(name: str, today: date, week_starts: int) -> tuple[Days, Days]:
    if name == "today":
        return _day(today.year, today.month, today.day)
    if name == "week":
        return _week_from(today - timedelta(days=(today.weekday() - week_starts) % 7))
    return _month(today.year, today.month) if name == "month" else _year(today.year)


def _day(year: int, month: int, day: int) -> tuple[Days, Days]:
    first, one_day = date(year, month, day), timedelta(days=1)
    return (first, first + one_day), (first - one_day, first)


def _iso_week(year: int, week: int) -> tuple[Days, Days]:
    return _week_from(date.fromisocalendar(year, week, 1))


def _week_from(first: date) -> tuple[Days, Days]:
    seven = timedelta(days=7)
    return (first, first + seven), (first - seven, first)


def _month(year: int, month: int) -> tuple[Days, Days]:
    first = date(year, month, 1)
    return (first, next_month(first)), ((first - timedelta(days=1)).replace(day=1), first)


def next_month(first: date) -> date:
    return (first + timedelta(days=32)).replace(day=1)


def _year(year: int) -> tuple[Days, Days]:
    return (date(year, 1, 1), date(year + 1, 1, 1)), (date(year - 1, 1, 1), date(year, 1, 1))


FORMS: dict["re.Pattern[str]", Callable[..., tuple[Days, Days]]] = {
    YEAR: _year,
    MONTH: _month,
    WEEK: _iso_week,
    DAY: _day,
}
