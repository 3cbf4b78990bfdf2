"""Sums of whole years, so that a question about all of them need not read every play again.

Whoever changes which plays count says in the same transaction that the sums of those years are not current: answers
read the plays themselves then, until the years are summed anew.
"""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from db.connection import database, rows
from db.locks import wait_for_plays_lock

LATE = timedelta(days=2)  # a year is over when late reports of its last plays have come
NOT_CURRENT = """
    UPDATE summed_year SET current = false
    WHERE account_id = %(account)s AND current
      AND year BETWEEN coalesce(extract(year FROM %(start)s::timestamptz), 0)
                   AND coalesce(extract(year FROM %(end)s::timestamptz), 10000)
"""
NOT_CURRENT_FOR = """
    UPDATE summed_year SET current = false
    WHERE account_id = %(account)s AND current AND year IN (
        SELECT extract(year FROM played_at) FROM play WHERE account_id = %(account)s AND id = ANY(%(ids)s))
"""
MISSING = """
    SELECT year FROM generate_series(
        (SELECT extract(year FROM played_at)::int FROM counted_play WHERE account_id = %(account)s
            AND track_id IS NOT NULL ORDER BY played_at, id LIMIT 1), %(last)s) AS year
    WHERE NOT EXISTS (
        SELECT FROM summed_year WHERE account_id = %(account)s AND summed_year.year = year.year AND current)
    ORDER BY year
"""
HEARD = """
    FROM counted_play WHERE account_id = %(account)s AND track_id IS NOT NULL AND ms_played >= 30000
      AND played_at >= %(start)s AND played_at < %(end)s
"""
SUM = (
    "DELETE FROM year_of_track WHERE account_id = %(account)s AND year = %(year)s",
    "DELETE FROM quarter_hour WHERE account_id = %(account)s AND at >= %(start)s AND at < %(end)s",
    """INSERT INTO summed_year (account_id, year, current) VALUES (%(account)s, %(year)s, true)
       ON CONFLICT (account_id, year) DO UPDATE SET current = true""",
    f"""INSERT INTO year_of_track (account_id, year, track_id, plays, ms, first_played_at, last_played_at)
        SELECT %(account)s, %(year)s, track_id, count(*), sum(ms_played), min(played_at), max(played_at) {HEARD}
        GROUP BY track_id ORDER BY track_id""",
    f"""INSERT INTO quarter_hour (account_id, at, plays, ms)
        SELECT %(account)s, date_bin('15 min', played_at, '2000-01-01 00:00+00') AS at, count(*), sum(ms_played) {HEARD}
        GROUP BY at ORDER BY at""",
)


def forget_sums(account_id: int, start: datetime | None, end: datetime | None) -> None:
    """The plays with start <= played_at <= end may count otherwise now (None: however early or late).

    Part of the caller's transaction, which holds the account's plays lock.
    """
    database.execute_sql(NOT_CURRENT, {"account": account_id, "start": start, "end": end})


def forget_sums_with(account_id: int, play_ids: Sequence[int]) -> None:
    """The same for some plays."""
    database.execute_sql(NOT_CURRENT_FOR, {"account": account_id, "ids": list(play_ids)})


def sum_years(account_id: int, now: datetime) -> int:
    """Sum every year that is over and whose sums are not current; returns how many. A transaction each: moments in
    which collectors of the account wait.
    """
    last = (now.astimezone(UTC) - LATE).year - 1
    years = [year for (year,) in rows(MISSING, account=account_id, last=last)]
    for year in years:
        with database.atomic():
            wait_for_plays_lock(account_id)
            _sum(account_id, year)
    if years:
        database.execute_sql("ANALYZE year_of_track, quarter_hour")
    return len(years)


def _sum(account_id: int, year: int) -> None:
    start, end = datetime(year, 1, 1, tzinfo=UTC), datetime(year + 1, 1, 1, tzinfo=UTC)
    for statement in SUM:
        database.execute_sql(statement, {"account": account_id, "year": year, "start": start, "end": end})


def summed_years(account_id: int) -> tuple[int, ...]:
    """The years whose sums are current."""
    found = rows("SELECT year FROM summed_year WHERE account_id = %s AND current ORDER BY year", account_id)
    return tuple(year for (year,) in found)
