"""The lists and their dates: every day, every Monday, or the first of each month."""

from datetime import date, timedelta
from typing import get_args

from db.lists.recommendations import ListName

LISTS: tuple[ListName, ...] = get_args(ListName)
OTHERS: tuple[ListName, ...] = LISTS[1:]


def list_date(name: ListName, day: date) -> date:
    """The date of the list that is current on a day."""
    if name == "daily":
        return day
    if name == "month":
        return day.replace(day=1)
    return monday(day)


def monday(day: date) -> date:
    """The first day of its ISO week; at the beginning of the calendar, the first date."""
    return day - timedelta(days=min(day.weekday(), day.toordinal() - 1))


def same_week(day: date, year: int) -> date:
    """The Monday of the ISO week with the same number in another ISO year; of its last week if it has no 53rd."""
    week = day.isocalendar().week
    return date.fromisocalendar(year, min(week, date(year, 12, 28).isocalendar().week), 1)


def month_before(day: date) -> date:
    """The first day of the month before; at the beginning of the calendar, the first date."""
    first = day.replace(day=1)
    return first if first == date.min else (first - timedelta(days=1)).replace(day=1)
