"""Sums of past periods, so that questions about a whole period need not read every play.

A transaction that changes which plays count also marks the sums of those periods as not current. Until they are
computed again, answers read the plays themselves.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime

import msgspec

from db.engine.connection import database, row
from db.engine.locks import wait_for_plays_lock
from db.engine.records import records

# True, false, or null if the source does not say. A source's own statement takes precedence over how the play ended.
SKIPPED = "coalesce(skipped, nullif(reason_end, 'unknown') IN ('fwdbtn', 'backbtn'))"
SESSION_GAP_MINUTES = 20  # the longest silence within a summed session
WAYS = ("platform", "country", "reason_end", "skipped", "shuffle", "offline", "incognito")

_CHANGED = """
    account_id = %(account)s
    AND since <= coalesce(%(end)s::timestamptz, 'infinity') AND until > coalesce(%(start)s::timestamptz, '-infinity')
"""
_CHANGED_FOR = """
    account_id = %(account)s AND EXISTS (
        SELECT FROM play WHERE play.account_id = %(account)s AND play.id = ANY(%(ids)s)
            AND ended_at >= since AND ended_at < until)
"""
_MARK = """
    UPDATE summed_period SET current = false, changes = changes + 1 WHERE {changed};
    UPDATE joined_sum SET current = false WHERE {changed}
"""
NOT_CURRENT, NOT_CURRENT_FOR = _MARK.format(changed=_CHANGED), _MARK.format(changed=_CHANGED_FOR)
CURRENT = "SELECT id, since, until FROM summed_period WHERE account_id = %s AND current ORDER BY since"
BEGIN = """
    INSERT INTO summed_period AS known (account_id, since, until) VALUES (%s, %s, %s)
    ON CONFLICT (account_id, since, until) DO UPDATE SET current = known.current
    RETURNING id, changes
"""
FIRST = """
    SELECT played_at FROM counted_play WHERE account_id = %s AND track_id IS NOT NULL ORDER BY played_at, place LIMIT 1
"""
OF_PERIODS = ("track_in_period", "plays_in_period", "report_in_period", "skips_in_period", "session_in_period")
MEMORY = "SET LOCAL work_mem = '32MB'"  # enough to sort a year's plays without a file
# Several statements at once, because what takes time is to send each, and most periods of small histories are empty.
EMPTY = "; ".join((
    *(f"DELETE FROM {table} WHERE account_id = %(account)s AND period_id = %(id)s" for table in OF_PERIODS),
    "DELETE FROM quarter_hour WHERE account_id = %(account)s AND at >= %(since)s AND at < %(until)s",
    """SELECT EXISTS (SELECT FROM counted_play WHERE account_id = %(account)s AND track_id IS NOT NULL
                      AND ms_played IS NOT NULL AND played_at >= %(since)s AND played_at < %(until)s)""",
))  # fmt: skip
# One statement that reads the plays once for all sums, so that they describe the same moment.
FILL = f"""
    WITH report AS MATERIALIZED (
        SELECT played_at, place, id, track_id, ms_played AS ms, ms_played >= 30000 AS counts, {SKIPPED} AS is_skip,
               {", ".join(WAYS)}
        FROM counted_play WHERE account_id = %(account)s AND track_id IS NOT NULL AND ms_played IS NOT NULL
            AND played_at >= %(since)s AND played_at < %(until)s
    ), heard AS MATERIALIZED (
        SELECT played_at, place, id, track_id, ms, played_at - ms * interval '1 ms' AS began FROM report WHERE counts
    ), tracks AS (
        INSERT INTO track_in_period
            (account_id, period_id, track_id, plays, ms, first_played_at, last_played_at, told, skipped,
             longest)
        SELECT %(account)s, %(id)s, track_id, count(*) FILTER (WHERE counts),
               coalesce(sum(ms) FILTER (WHERE counts), 0), min(played_at) FILTER (WHERE counts),
               max(played_at) FILTER (WHERE counts), count(is_skip), count(*) FILTER (WHERE is_skip), max(ms)
        FROM report GROUP BY track_id ORDER BY track_id
    ), plays AS (
        INSERT INTO plays_in_period (account_id, period_id, track_id, ids, played_at, ms, places)
        SELECT %(account)s, %(id)s, track_id, array_agg(id), array_agg(played_at), array_agg(ms), array_agg(place)
        FROM heard GROUP BY track_id ORDER BY track_id
    ), ways AS (
        INSERT INTO report_in_period (account_id, period_id, number, {", ".join(WAYS)}, reports, plays, ms,
            first_played_at, last_played_at)
        SELECT %(account)s, %(id)s, row_number() OVER (), {", ".join(WAYS)}, count(*), count(*) FILTER (WHERE counts),
               coalesce(sum(ms) FILTER (WHERE counts), 0), min(played_at) FILTER (WHERE counts),
               max(played_at) FILTER (WHERE counts)
        FROM report GROUP BY {", ".join(WAYS)}
    ), skips AS (
        INSERT INTO skips_in_period (account_id, period_id, ms)
        SELECT %(account)s, %(id)s, array_agg(ms ORDER BY ms) FROM report WHERE is_skip HAVING count(*) > 0
    ), silences AS (
        SELECT played_at, place, ms, began,
               coalesce(began - lag(played_at) OVER (ORDER BY played_at, place)
                        > {SESSION_GAP_MINUTES} * interval '1 min', true) AS is_first
        FROM heard
    ), numbered AS (
        SELECT played_at, ms, began, is_first,
               count(*) FILTER (WHERE is_first) OVER (ORDER BY played_at, place ROWS UNBOUNDED PRECEDING) AS number
        FROM silences
    ), sessions AS (
        INSERT INTO session_in_period (account_id, period_id, number, first_began, began, ended, plays, ms)
        SELECT %(account)s, %(id)s, number, min(began) FILTER (WHERE is_first), min(began), max(played_at), count(*),
               sum(ms)
        FROM numbered GROUP BY number
    )
    INSERT INTO quarter_hour (account_id, at, plays, ms)
    SELECT %(account)s, date_bin('15 min', played_at, '2000-01-01 00:00+00') AS at, count(*), sum(ms)
    FROM heard GROUP BY at
"""
# Changes of plays need the plays lock, so that this stays true until the transaction ends.
FINISH = """
    WITH finished AS (
        UPDATE summed_period SET current = true, plays = (
            SELECT count(*) FROM counted_play WHERE counted_play.account_id = %(account)s AND track_id IS NOT NULL
                AND played_at >= %(since)s AND played_at < %(until)s)
        WHERE account_id = %(account)s AND id = %(id)s AND changes = %(changes)s RETURNING id
    ), replaced AS (
        DELETE FROM summed_period other USING finished
        WHERE other.account_id = %(account)s AND other.id <> finished.id
            AND other.since < %(until)s AND other.until > %(since)s
    )
    SELECT id FROM finished
"""


class SummedPeriod(msgspec.Struct, frozen=True):
    """since <= played_at < until."""

    id: int
    since: datetime
    until: datetime


class _StartedPeriod(msgspec.Struct, frozen=True):
    id: int
    changes: int


class _Changed(Exception):
    """Plays of the period changed while they were being summed."""


def forget_sums(account_id: int, start: datetime | None, end: datetime | None) -> None:
    """Mark the sums of plays from `start` to `end` as not current (None: without that limit).

    Runs in the caller's transaction, which holds the account's plays lock.
    """
    database.execute_sql(NOT_CURRENT, {"account": account_id, "start": start, "end": end})


def forget_sums_with(account_id: int, play_ids: Sequence[int]) -> None:
    """Mark the sums of some plays as not current."""
    database.execute_sql(NOT_CURRENT_FOR, {"account": account_id, "ids": list(play_ids)})


def summed_periods(account_id: int) -> tuple[SummedPeriod, ...]:
    """The periods whose sums are current, in order; no two of them overlap."""
    return tuple(records(SummedPeriod, CURRENT, (account_id,)))


def first_counted(account_id: int) -> datetime | None:
    """When the first counted play of music ended."""
    (played_at,) = row(FIRST, account_id) or (None,)
    return played_at if isinstance(played_at, datetime) else None


def sum_period(account_id: int, since: datetime, until: datetime) -> bool:
    """Sum the plays with since <= played_at < until, both on a quarter of an hour in UTC, and replace overlapping sums.

    Returns False if plays changed meanwhile; nothing is stored then, so try again. The caller holds the account's sums
    lock. Collectors wait only while this checks whether any play has changed.
    """
    (started,) = records(_StartedPeriod, BEGIN, (account_id, since, until))
    values = {"account": account_id, "id": started.id, "since": since, "until": until}
    try:
        with database.atomic():
            database.execute_sql(MEMORY)
            if row(EMPTY, **values) == (True,):
                database.execute_sql(FILL, values)
            wait_for_plays_lock(account_id)
            _finish(values | {"changes": started.changes})
    except _Changed:
        return False
    return True


def _finish(values: Mapping[str, object]) -> None:
    """Raises _Changed."""
    if row(FINISH, **values) is None:
        raise _Changed


def analyze_sums() -> None:
    """Update the planner's statistics of the sums."""
    database.execute_sql(f"ANALYZE {', '.join((*OF_PERIODS, 'quarter_hour'))}")
