"""The dates that have a recommendation list, around one of them."""

from collections.abc import Sequence
from datetime import date, timedelta

from msgspec import Struct

from db.engine.connection import rows
from db.engine.records import record
from db.lists.recommendations import ListName
from insights.answers.periods import next_month

AROUND = """
    SELECT max(date) FILTER (WHERE date < %(date)s) AS before, min(date) FILTER (WHERE date > %(date)s) AS after,
           max(date) FILTER (WHERE date < %(first)s) AS in_earlier_month,
           min(date) FILTER (WHERE date > %(last)s) AS in_later_month,
           coalesce(array_agg(date ORDER BY date) FILTER (WHERE date BETWEEN %(first)s AND %(last)s), '{}') AS of_month
    FROM recommendation_run WHERE account_id = %(account_id)s AND list_name = %(list_name)s
"""
NEWEST = """
    SELECT date FROM recommendation_run WHERE account_id = %s AND list_name = %s ORDER BY date DESC LIMIT %s
"""


class ListDates(Struct, frozen=True):
    """The dates with a list, around one date: the nearest ones, the nearest ones in other months, and all of its month.

    None if there is no such list.
    """

    before: date | None = None
    after: date | None = None
    in_earlier_month: date | None = None
    in_later_month: date | None = None
    of_month: Sequence[date] = ()


def newest_dates(account_id: int, list_name: ListName, limit: int) -> list[date]:
    """The newest first."""
    return [day for (day,) in rows(NEWEST, account_id, list_name, limit)]


def list_dates(account_id: int, day: date, list_name: ListName = "daily") -> ListDates:
    first = day.replace(day=1)
    values = {"account_id": account_id, "list_name": list_name, "date": day, "first": first, "last": last_of_month(day)}
    return record(ListDates, AROUND, values) or ListDates()


def last_of_month(day: date) -> date:
    return (
        date.max if (day.year, day.month) == (date.max.year, 12) else next_month(day.replace(day=1)) - timedelta(days=1)
    )
