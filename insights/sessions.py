"""Sessions: plays in a row without a long silence between them."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from db.connection import rows
from db.sums import SESSION_GAP_MINUTES, SummedPeriod
from insights.local_time import clock_values, shown_at
from insights.scope import Scope
from insights.sources import each_play_within

# Plays come in the order in which they ended (of those that ended together, the one that began first), so of all plays
# so far the one before ended latest. A play may have begun
# before the one before it did, where two devices played at once. What is summed up already is a row of plays that no
# silence of interest parts. Bounds that the planner does not know make it read the index, where it would read the whole
# table for a long period.
SESSIONS = f"""
    WITH heard AS (
        SELECT first_began, began, ended, number AS place, plays, ms FROM session_in_period
        WHERE account_id = %(account_id)s AND period_id = ANY(%(sums)s::bigint[])
        UNION ALL
        SELECT played_at - ms * interval '1 ms', played_at - ms * interval '1 ms', played_at, place, 1, ms
        FROM unnest(ARRAY[%(start)s::timestamptz, %(sums_end)s::timestamptz],
                    ARRAY[%(sums_start)s::timestamptz, %(end)s::timestamptz]) AS stretch (since, until)
        CROSS JOIN LATERAL ({each_play_within("since", "until")}) each
    ), parted AS (
        SELECT *, coalesce(first_began - lag(ended) OVER (ORDER BY ended, place) > %(gap)s, true) AS is_first FROM heard
    ), numbered AS (
        SELECT *, count(*) FILTER (WHERE is_first) OVER (ORDER BY ended, place ROWS UNBOUNDED PRECEDING) AS session
        FROM parted
    ), session AS MATERIALIZED (
        SELECT min(began) AS began, max(ended) AS ended, sum(plays) AS plays, sum(ms)::bigint AS ms
        FROM numbered GROUP BY session
    ), longest AS (
        SELECT began, ended, ({shown_at("began")})::date AS day, plays, ms FROM session
        ORDER BY ended - began DESC, ended DESC LIMIT %(limit)s
    ), hour AS (
        SELECT extract(hour FROM {shown_at("began")})::int AS hour, count(*) AS sessions FROM session
        GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT 1
    )
    SELECT count(*), coalesce(sum(plays), 0)::bigint, coalesce(sum(ms), 0)::bigint, sum(ended - began),
           percentile_cont(0.5) WITHIN GROUP (ORDER BY plays),
           percentile_cont(0.5) WITHIN GROUP (ORDER BY ended - began),
           (SELECT hour FROM hour), (SELECT sessions FROM hour), NULL::timestamptz, NULL::timestamptz, NULL::date
    FROM session
    UNION ALL
    (SELECT NULL, plays, ms, ended - began, NULL, NULL, NULL, NULL, began, ended, day FROM longest
     ORDER BY ended - began DESC, ended DESC)
"""
# Plays of unknown length are in no sum: where there are any, the plays themselves tell what parts them.
ALL_LENGTHS_KNOWN = """
    SELECT id
    FROM unnest(%(ids)s::bigint[], %(since)s::timestamptz[], %(until)s::timestamptz[]) AS one (id, since, until)
    WHERE NOT EXISTS (
        SELECT FROM counted_play WHERE account_id = %(account_id)s AND track_id IS NOT NULL AND ms_played IS NULL
            AND played_at >= since AND played_at < until)
"""
A_MILLISECOND = timedelta(milliseconds=1)


@dataclass(frozen=True, slots=True)
class Session:
    """From `start`, when the earliest of its plays began, to `end`, when its last one ended; `day` is the listener's
    own on which it began. `length_ms` is from start to end, `ms_played` what was heard in it, both in milliseconds.
    """

    start: datetime
    end: datetime
    day: date
    plays: int
    length_ms: int
    ms_played: int


@dataclass(frozen=True, slots=True)
class Sessions:
    """`length_ms` and `ms_played` are of all of them together, in milliseconds; medians are None where there are none.

    `start_hour` is the hour of the listener's clock (0 to 23) in which most of them began, of equals the earliest, and
    `start_hour_sessions` how many did.
    """

    total: int
    plays: int
    ms_played: int
    length_ms: int
    median_plays: float | None
    median_length_ms: float | None
    start_hour: int | None
    start_hour_sessions: int
    longest: tuple[Session, ...]


def sessions(scope: Scope, gap: timedelta, limit: int) -> Sessions:
    """Sessions of the period's plays, parted by silences longer than `gap`, and the `limit` longest (of equals the
    latest first); two queries at most.
    """
    values = scope.values(sums=_sums(scope, gap))
    found = rows(SESSIONS, **values, **clock_values(scope), gap=gap, limit=limit)
    total, plays, ms, length, median_plays, median_length, hour, begun, *_ = found[0]
    return Sessions(
        total,
        plays,
        ms,
        _milliseconds(length) if total else 0,
        median_plays,
        median_length / A_MILLISECOND if total else None,
        hour,
        begun or 0,
        tuple(_session(columns) for columns in found[1:]),
    )


def _session(columns: tuple[Any, ...]) -> Session:
    _, plays, ms, length, _, _, _, _, began, ended, day = columns
    return Session(began, ended, day, plays, _milliseconds(length), ms)


def _milliseconds(length: timedelta) -> int:
    return length // A_MILLISECOND


def _sums(scope: Scope, gap: timedelta) -> Sequence[SummedPeriod]:
    """What tells of sessions parted by silences longer than `gap`."""
    sums = scope.sums() if scope.track_ids is None and gap >= timedelta(minutes=SESSION_GAP_MINUTES) else ()
    if not sums:
        return ()
    bounds = {"since": [one.since for one in sums], "until": [one.until for one in sums]}
    found = rows(ALL_LENGTHS_KNOWN, account_id=scope.account_id, ids=[one.id for one in sums], **bounds)
    known = {period_id for (period_id,) in found}
    return replace(scope, summed=tuple(one for one in sums if one.id in known)).sums()
