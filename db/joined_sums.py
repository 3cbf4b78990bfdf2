"""Sums by track, by day and by hour of the week, of the longest run of summed periods without a gap between them.

A question about all time reads them instead of each year's. Like other sums, they are marked as not current in the
transaction that changes which plays count.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

import msgspec

from db.engine.connection import database, row
from db.engine.locks import wait_for_plays_lock
from db.engine.records import records
from db.sums import SummedPeriod

# One query for both, because every question begins with it.
PERIODS_AND_JOINED = """
    SELECT id, since, until, NULL AS clock FROM summed_period WHERE account_id = %(account)s AND current
    UNION ALL SELECT NULL, since, until, clock FROM joined_sum WHERE account_id = %(account)s AND current
    ORDER BY since
"""
CHILDREN = (
    "track_in_joined_sum", "day_in_joined_sum", "hour_in_joined_sum", "sound_in_joined_sum", "genre_in_joined_sum",
)  # fmt: skip
# What changes plays holds the plays lock while it marks this row. So a transaction that waits for that lock must not
# have locked the row: neither deleted nor updated it.
BEGIN = """
    INSERT INTO joined_sum (account_id, since, until, current) VALUES (%(account)s, %(since)s, %(until)s, false)
    ON CONFLICT DO NOTHING
"""
EMPTY = "; ".join(f"DELETE FROM {table} WHERE account_id = %(account)s" for table in CHILDREN)
FILL_TRACKS = """
    INSERT INTO track_in_joined_sum
        (account_id, track_id, plays, ms, first_played_at, last_played_at, told, skipped, longest)
    SELECT %(account)s, track_id, sum(plays), sum(ms), min(first_played_at), max(last_played_at), sum(told),
           sum(skipped), max(longest)
    FROM track_in_period
    WHERE account_id = %(account)s AND period_id = ANY(%(ids)s) GROUP BY track_id ORDER BY track_id
"""
_LOCAL_QUARTERS = """
    FROM unnest(%(since)s::timestamptz[], %(until)s::timestamptz[], %(ahead)s::interval[])
        AS stretch (since, until, ahead)
    JOIN quarter_hour ON account_id = %(account)s AND at >= since AND at < until
"""
FILL_DAYS = f"""
    INSERT INTO day_in_joined_sum (account_id, day, plays, ms)
    SELECT %(account)s, (at + ahead)::date AS day, sum(plays), sum(ms)
    {_LOCAL_QUARTERS}
    GROUP BY day ORDER BY day
"""
FILL_HOURS = f"""
    INSERT INTO hour_in_joined_sum (account_id, hour, plays, ms)
    SELECT %(account)s, extract(isodow FROM at + ahead) * 24 - 24 + extract(hour FROM at + ahead) AS hour, sum(plays),
           sum(ms)
    {_LOCAL_QUARTERS}
    GROUP BY hour ORDER BY hour
"""
FINISH = """
    UPDATE joined_sum SET since = %(since)s, until = %(until)s, clock = %(clock)s, current = true, sound = NULL,
        genres = NULL
    WHERE account_id = %(account)s AND %(number)s = (
        SELECT count(*) FROM summed_period WHERE account_id = %(account)s AND id = ANY(%(ids)s) AND current)
    RETURNING account_id
"""


class JoinedSum(msgspec.Struct, frozen=True):
    """since <= played_at < until. `clock` is that of `Clock`; None if days and hours were not summed."""

    since: datetime
    until: datetime
    clock: str | None


class Clock(msgspec.Struct, frozen=True):
    """The listener's clock: `name` identifies the UTC offsets `ahead`, each of which applied to since <= t < until."""

    name: str
    since: Sequence[datetime]
    until: Sequence[datetime]
    ahead: Sequence[timedelta]


class _Changed(Exception):
    """The plays of a period changed while its sums were being added."""


class _Sum(msgspec.Struct, frozen=True):
    """`id` is None for the joined sum."""

    id: int | None
    since: datetime
    until: datetime
    clock: str | None


def current_sums(account_id: int) -> tuple[tuple[SummedPeriod, ...], JoinedSum | None]:
    """The periods whose sums are current, in order, and the joined sum; one query."""
    sums = records(_Sum, PERIODS_AND_JOINED, {"account": account_id})
    periods = tuple(SummedPeriod(each.id, each.since, each.until) for each in sums if each.id is not None)
    joined = (JoinedSum(each.since, each.until, each.clock) for each in sums if each.id is None)
    return periods, next(joined, None)


def join_sums(account_id: int, periods: Sequence[SummedPeriod], clock: Clock | None) -> bool:
    """Add up the sums of consecutive periods in place of the previous joined sum; days and hours only with a `clock`.

    Returns False if plays changed meanwhile; nothing is stored then. The caller holds the account's sums lock, so no
    period is summed meanwhile.
    """
    values = {"account": account_id, "ids": [period.id for period in periods], "number": len(periods)}
    bounds = {"since": periods[0].since, "until": periods[-1].until, "clock": clock and clock.name}
    database.execute_sql(BEGIN, values | bounds)
    try:
        with database.atomic():
            database.execute_sql(EMPTY, values)
            database.execute_sql(FILL_TRACKS, values)
            if clock:
                for fill in (FILL_DAYS, FILL_HOURS):
                    database.execute_sql(fill, msgspec.structs.asdict(clock) | values)
            wait_for_plays_lock(account_id)
            _finish(values | bounds)
    except _Changed:
        return False
    return True


def _finish(values: Mapping[str, object]) -> None:
    """Raises _Changed."""
    if row(FINISH, **values) is None:
        raise _Changed
