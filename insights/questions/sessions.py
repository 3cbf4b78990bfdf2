"""/sessions/<username>: plays in a row without a long silence between them."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Annotated

from msgspec import Meta, Struct

from db.engine.connection import rows
from db.engine.tagged_records import tagged_records
from db.sums import SESSION_GAP_MINUTES, SummedPeriod
from insights.answers.values import AtLeastOne, Count, Hour, Milliseconds, Moment, Part, Private, moment, says
from insights.plays.local_time import clock_values, shown_at
from insights.plays.scope import Scope
from insights.plays.sources import each_play_within
from insights.question import COMPLETENESS, COUNTING, PERIOD, Question

# Plays are in the order in which they ended (of those that ended together, the one that began first), so no earlier
# play ended after the previous one. A play may have begun before the previous one did, if two devices played at once. A
# row of the sums is a run of plays without a silence that could part it. The planner does not know the bounds, so it
# reads the index; for a long period, it would otherwise read the whole table.
SESSION = f"""
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
    )
"""
SESSIONS = f"""
    {SESSION}, hour AS (
        SELECT extract(hour FROM {shown_at("began")})::int AS hour, count(*) AS sessions FROM session
        GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT 1
    )
    SELECT 'all' AS kind, count(*) AS sessions, coalesce(sum(plays), 0)::bigint AS plays,
           coalesce(sum(ms), 0)::bigint AS ms, coalesce(sum(ended - began), '0'::interval) AS length,
           coalesce(percentile_cont(0.5) WITHIN GROUP (ORDER BY plays), 0) AS median_plays,
           coalesce(percentile_cont(0.5) WITHIN GROUP (ORDER BY ended - began), '0'::interval) AS median_length,
           (SELECT hour FROM hour) AS start_hour, coalesce((SELECT sessions FROM hour), 0) AS start_hour_sessions,
           NULL::timestamptz AS began, NULL::timestamptz AS ended, NULL::date AS day
    FROM session
    UNION ALL
    (SELECT 'longest', NULL, plays, ms, ended - began, NULL, NULL, NULL, NULL, began, ended, day FROM longest
     ORDER BY ended - began DESC, ended DESC)
"""
# Without medians and hours, which take as long as everything else.
OVERVIEW = f"""
    {SESSION}
    SELECT 'all' AS kind, count(*) AS sessions, coalesce(sum(plays), 0)::bigint AS plays, NULL::bigint AS ms,
           coalesce(sum(ended - began), '0'::interval) AS length, NULL::timestamptz AS began,
           NULL::timestamptz AS ended, NULL::date AS day
    FROM session
    UNION ALL SELECT 'longest', NULL, plays, ms, ended - began, began, ended, day FROM longest
"""
# Sums leave out plays of unknown length: periods that have any are read play by play.
ALL_LENGTHS_KNOWN = """
    SELECT id
    FROM unnest(%(ids)s::bigint[], %(since)s::timestamptz[], %(until)s::timestamptz[]) AS one (id, since, until)
    WHERE NOT EXISTS (
        SELECT FROM counted_play WHERE account_id = %(account_id)s AND track_id IS NOT NULL AND ms_played IS NULL
            AND played_at >= since AND played_at < until)
"""
A_MILLISECOND = timedelta(milliseconds=1)
MOST = 100


class AllSessions(Struct, frozen=True, tag="all"):
    """All sessions of the period. More begin in the hour `start_hour` than in any other; None if there are none."""

    sessions: int
    plays: int
    ms: int
    length: timedelta
    median_plays: float
    median_length: timedelta
    start_hour: int | None
    start_hour_sessions: int


class SessionCounts(Struct, frozen=True, tag="all"):
    """All sessions of the period."""

    sessions: int
    plays: int
    length: timedelta


class LongSession(Struct, frozen=True, tag="longest"):
    """One of the longest sessions, as the database counts it."""

    plays: int
    ms: int
    length: timedelta
    began: datetime
    ended: datetime
    day: date


class Session(Part, frozen=True):
    start: Annotated[Moment, says("When the earliest of its plays began.")]
    end: Annotated[Moment, says("When its last play ended.")]
    day: Annotated[date, says("The listener's own day on which it began.")]
    plays: Private[AtLeastOne]
    length_ms: Annotated[Private[Milliseconds], says("From its start to its end.")]
    ms_played: Annotated[
        Private[Milliseconds], says("The listening time; more than the session's length if plays overlap.")
    ]


class TypicalSession(Part, frozen=True):
    plays: Annotated[float, Meta(ge=0)]
    length_ms: Private[Milliseconds]


class Sessions(Part, frozen=True):
    gap: Annotated[int, Meta(ge=1), says("Minutes.")]
    total: Annotated[Private[Count], says("How many sessions there are.")]
    plays: Private[Count]
    ms_played: Private[Milliseconds]
    length_ms: Annotated[
        Private[Milliseconds], says("The length of all sessions together, including the silences within them.")
    ]
    average: Annotated[TypicalSession | None, says("The mean over all sessions; null if there are none.")]
    median: Annotated[
        TypicalSession | None,
        says("The median number of plays, and the median length; null if there are none."),
    ]
    start_hour: Annotated[
        Hour | None,
        says(
            "The hour of the listener's clock in which most sessions begin; if there are several, the earliest. "
            "Null if there are none."
        ),
    ]
    start_hour_sessions: Annotated[Private[Count], says("How many sessions begin in that hour.")]
    longest: Annotated[
        tuple[Session, ...],
        Meta(max_length=MOST),
        says("The longest come first; of sessions of equal length, the latest."),
    ]


Gap = Annotated[int, Meta(ge=1, le=240), says("How many minutes a silence within a session may last.")]
Limit = Annotated[int, Meta(ge=1, le=MOST), says("The maximum number of longest sessions to list.")]


def sessions(scope: Scope, gap: Gap = 20, limit: Limit = 10) -> Sessions:
    """Sessions: plays without a long silence between them.

    A session is a run of plays in which no silence lasts longer than `gap` minutes. A play began as long before its end
    as it was listened to; plays come in the order in which they ended, and a silence lasts from the end of one play to
    the beginning of the next. Only plays that count in the period make up sessions: the period cuts a session within
    which it begins or ends. Of sessions of equal length, the latest comes first.
    """
    (summary,), longest = tagged_records((AllSessions, LongSession), SESSIONS, _values(scope, gap, limit))
    total, length_ms = summary.sessions, _milliseconds(summary.length)
    return Sessions(
        gap,
        total,
        summary.plays,
        summary.ms,
        length_ms,
        _typical(summary.plays / total, length_ms / total) if total else None,
        _typical(summary.median_plays, summary.median_length / A_MILLISECOND) if total else None,
        summary.start_hour,
        summary.start_hour_sessions,
        tuple(map(_session, longest)),
    )


def sessions_in_short(scope: Scope) -> tuple[int, TypicalSession | None, Session | None]:
    """How many sessions there are, the average one, and the longest."""
    (counts,), longest = tagged_records((SessionCounts, LongSession), OVERVIEW, _values(scope, SESSION_GAP_MINUTES, 1))
    total = counts.sessions
    average = _typical(counts.plays / total, _milliseconds(counts.length) / total) if total else None
    return total, average, next(map(_session, longest), None)


def _values(scope: Scope, gap: int, limit: int) -> dict[str, object]:
    silence = timedelta(minutes=gap)
    return scope.values(sums=_sums(scope, silence)) | clock_values(scope) | {"gap": silence, "limit": limit}


def _typical(plays: float, length_ms: float) -> TypicalSession:
    return TypicalSession(round(plays, 2), round(length_ms))


def _session(session: LongSession) -> Session:
    began, ended = moment(session.began), moment(session.ended)
    return Session(began, ended, session.day, session.plays, _milliseconds(session.length), session.ms)


def _milliseconds(length: timedelta) -> int:
    return length // A_MILLISECOND


def _sums(scope: Scope, gap: timedelta) -> Sequence[SummedPeriod]:
    """The sums that can be used for sessions separated by silences longer than `gap`."""
    sums = scope.sums() if scope.track_ids is None and gap >= timedelta(minutes=SESSION_GAP_MINUTES) else ()
    if not sums:
        return ()
    bounds = {"since": [each.since for each in sums], "until": [each.until for each in sums]}
    usable = rows(ALL_LENGTHS_KNOWN, account_id=scope.account_id, ids=[each.id for each in sums], **bounds)
    ids = {period_id for (period_id,) in usable}
    return replace(scope, summed=tuple(each for each in sums if each.id in ids)).sums()


QUESTION = Question("sessions", sessions, takes=PERIOD + COUNTING + COMPLETENESS, lists="longest", page="Sessions")
