"""Read reports from the database, with the pairs that could be the same play, and store which ones are superseded.

docs/rules/plays.md states the rule; db/plays/matching.py decides which of the possible pairs match.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

import msgspec

from db.engine.connection import row, rows
from db.engine.records import record, records
from db.plays.pairs import likely_pairs
from db.plays.reported_play import BEGINNING_SOURCES, LONG_REACH, LONGEST_PAUSE, REACH, SOURCES, ReportedPlay
from db.plays.same_music import music_of
from db.sums import forget_sums_with

# Reports that are further apart than any pair can be are unrelated, so a listening history divides into stretches that
# can be settled one by one.
PORTION = timedelta(days=92)
FURTHEST = timedelta(milliseconds=LONG_REACH)
PAUSE = timedelta(milliseconds=LONGEST_PAUSE)

# The SELECT around the account hides from PostgreSQL's planner which account it is. For one that its statistics do not
# know yet, the planner would expect no rows and consider every index equally good; after a first import, that means
# reading through a million rows.
CLOSED = """
    WITH RECURSIVE back (at) AS (
        SELECT %(start)s::timestamptz UNION ALL
        SELECT (SELECT max(played_at) FROM play WHERE account_id = (SELECT %(account)s::bigint) AND played_at < back.at
                AND played_at >= back.at - %(reach)s) FROM back WHERE back.at IS NOT NULL
    ), forth (at) AS (
        SELECT %(end)s::timestamptz UNION ALL
        SELECT (SELECT min(played_at) FROM play WHERE account_id = (SELECT %(account)s::bigint) AND played_at > forth.at
                AND played_at <= forth.at + %(reach)s) FROM forth WHERE forth.at IS NOT NULL
    )
    SELECT (SELECT min(at) FROM back) AS start, (SELECT max(at) FROM forth) AS end
"""
NEXT = """
    SELECT min(played_at) FROM unnest(%s::text[]) AS known (source) CROSS JOIN LATERAL (
        SELECT played_at FROM play
        WHERE account_id = (SELECT %s::bigint) AND play.source = known.source AND play.source <> 'extended'
          AND played_at BETWEEN %s AND %s ORDER BY played_at LIMIT 1) first
"""
BEGINNINGS = """
    SELECT EXISTS (SELECT FROM play WHERE account_id = (SELECT %s::bigint)
                   AND source = ANY(%s) AND source <> 'extended' AND played_at BETWEEN %s AND %s)
"""
# Plays that live collecting saw paused for so long that a player's report of them ended at another time.
PAUSED = """
    SELECT min(started_at) AS start, max(played_at) AS end FROM play
    WHERE account_id = (SELECT %(account)s::bigint) AND source = 'current' AND source <> 'extended'
      AND played_at BETWEEN %(start)s AND %(end)s::timestamptz + %(pause)s
      AND started_at BETWEEN played_at - %(pause)s AND played_at - %(reach)s AND started_at <= %(end)s
    HAVING count(*) > 0
"""
# The members of ReportedPlay, with times in milliseconds since 1970.
DETAILS = """
    play.id, play.source, (extract(epoch FROM play.played_at) * 1000)::bigint AS ended,
    (extract(epoch FROM play.started_at) * 1000)::bigint AS started, play.ms_played, play.digest, play.track_id,
    play.episode_id
"""
# A report that one of its own source supersedes takes no part. The sources are listed so that the index can be used.
REPORTS = f"""
    SELECT {DETAILS}, play.superseded_by FROM play
    LEFT JOIN play better ON better.account_id = play.account_id AND better.id = play.superseded_by
    WHERE play.account_id = (SELECT %(account)s::bigint) AND play.source <> 'extended'
      AND play.source = ANY(%(sources)s) AND play.played_at BETWEEN %(start)s AND %(end)s
      AND (better.id IS NULL OR better.source <> play.source)
"""
# The reports of extended exports within reach of others. OFFSET 0 makes PostgreSQL use the index for each period, even
# in a table without statistics. The periods do not overlap, so no report is read twice.
EXTENDED = f"""
    SELECT known.* FROM unnest(%(since)s::bigint[], %(until)s::bigint[]) AS near (since, until) CROSS JOIN LATERAL (
        SELECT {DETAILS} FROM play
        WHERE account_id = (SELECT %(account)s::bigint) AND source = 'extended' AND superseded_by IS NULL
          AND played_at BETWEEN 'epoch'::timestamptz + since * interval '1 ms'
              AND 'epoch'::timestamptz + until * interval '1 ms'
        OFFSET 0
    ) known
"""
SUPERSEDE = """
    UPDATE play SET superseded_by = settled.better
    FROM unnest(%s::bigint[], %s::bigint[]) AS settled (id, better)
    WHERE account_id = (SELECT %s::bigint) AND play.id = settled.id
    RETURNING track_id
"""


@dataclass(frozen=True, slots=True)
class Report:
    """A report from a source other than an extended export, and the better report that supersedes it now."""

    id: int
    source: str
    superseded_by: int | None


class _StoredReport(ReportedPlay, frozen=True):
    superseded_by: int | None


class _Period(msgspec.Struct, frozen=True):
    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True)
class Stretch:
    """Reports that are unrelated to all others.

    `reports` are those that could be superseded, `pairs` (worse, better) those that could be the same play, the
    likeliest first.
    """

    reports: tuple[Report, ...]
    pairs: tuple[tuple[int, int], ...]


def stretches(account_id: int, start: datetime, end: datetime) -> Iterator[Stretch]:
    """The stretches of the reports from `start` to `end`, a few months at a time."""
    since = start - FURTHEST
    while start <= end and (next_report := _next_report(account_id, since, end + FURTHEST)) is not None:
        start = min(max(start, next_report), end)
        closed = _closed(account_id, start, min(end, start + PORTION))
        yield _stretch(account_id, closed)
        start = since = closed.end + timedelta(milliseconds=1)


def _next_report(account_id: int, start: datetime, end: datetime) -> datetime | None:
    """When the first report that another could supersede ended; None if nothing needs to be settled."""
    (ended,) = row(NEXT, list(SOURCES), account_id, start, end) or (None,)
    return ended if isinstance(ended, datetime) else None


def _closed(account_id: int, start: datetime, end: datetime) -> _Period:
    """The period, extended by everything around it that could be paired with a report inside it."""
    beginning = [*BEGINNING_SOURCES, "current"]  # a pause can keep their ends as far apart
    (has_beginnings,) = row(BEGINNINGS, account_id, beginning, start - FURTHEST, end + FURTHEST) or (False,)
    period = _surrounded(account_id, _Period(start, end), LONG_REACH if has_beginnings else REACH)
    while has_beginnings and (paused := _with_pauses(account_id, period)) != period:
        period = _surrounded(account_id, paused, LONG_REACH)
    return period


def _surrounded(account_id: int, period: _Period, reach: int) -> _Period:
    values = {"account": account_id, "start": period.start, "end": period.end}
    return record(_Period, CLOSED, {**values, "reach": timedelta(milliseconds=reach)}) or period


def _with_pauses(account_id: int, period: _Period) -> _Period:
    """The period, extended by all of the long-paused plays that began in it."""
    values = {"account": account_id, "start": period.start, "end": period.end + FURTHEST}
    paused = record(_Period, PAUSED, {**values, "reach": FURTHEST, "pause": PAUSE})
    if paused is None:
        return period
    return _Period(min(period.start, paused.start), max(period.end, paused.end))


def _stretch(account_id: int, period: _Period) -> Stretch:
    values = {"account": account_id, "sources": list(SOURCES), "start": period.start, "end": period.end}
    stored = records(_StoredReport, REPORTS, values)
    reports = tuple(Report(report.id, report.source, report.superseded_by) for report in stored)
    since, until = _around(stored)
    extended = records(ReportedPlay, EXTENDED, {"account": account_id, "since": since, "until": until})
    plays = [*stored, *extended]
    if len({play.source for play in plays}) < 2:
        return Stretch(reports, ())
    return Stretch(reports, tuple(likely_pairs(plays, music_of(account_id, plays))))


def _around(plays: Iterable[ReportedPlay]) -> tuple[list[int], list[int]]:
    """The periods that could contain better reports of these plays, as starts and ends, without overlaps."""
    since: list[int] = []
    until: list[int] = []
    near = [(play.ended - reach, play.ended + reach) for play in plays for reach in [_reach(play)]]
    paused = [(play.ended, play.ended + LONGEST_PAUSE) for play in plays if play.source == "current" and play.started]
    for first, last in sorted(near + paused):
        if until and first <= until[-1]:
            until[-1] = max(until[-1], last)
        else:
            since.append(first)
            until.append(last)
    return since, until


def _reach(play: ReportedPlay) -> int:
    return LONG_REACH if play.begun or play.source == "current" else REACH


def supersede(account_id: int, settled: Mapping[int, int | None]) -> set[int]:
    """Store for each report the better one that supersedes it; None lets the report count. Returns their tracks."""
    if not settled:
        return set()
    tracks = rows(SUPERSEDE, list(settled), list(settled.values()), account_id)
    forget_sums_with(account_id, list(settled))  # a stretch can reach into another year
    return {track_id for (track_id,) in tracks if track_id is not None}
