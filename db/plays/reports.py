"""Reports of plays by different sources, and which of them could be reports of one play.

The rule is in docs/rules/plays.md; which of several possible pairs hold is decided in db/plays/matching.py.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from db.engine.connection import database, row, rows
from db.plays.pairs import BEGINNING_SOURCES, LONG_REACH, REACH, SOURCES, ReportedPlay, likely_pairs
from db.plays.same_music import music_of
from db.sums import forget_sums_with

# Reports further from one another than any pair is have nothing to do with each other, and a listening history falls
# into stretches that are settled one by one.
PORTION = timedelta(days=92)
FURTHEST = timedelta(milliseconds=LONG_REACH)

# The account stands in a SELECT so that PostgreSQL, when it plans, does not know which one it is. Of an account that is
# not in its statistics yet it expects no rows, and then takes any index for as good as the next: beside a first import
# that reads through a million rows.
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
    SELECT (SELECT min(at) FROM back), (SELECT max(at) FROM forth)
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
# All that is to be known of a report, with times in milliseconds since 1970.
DETAILS = """
    play.id, play.source, (extract(epoch FROM play.played_at) * 1000)::bigint,
    (extract(epoch FROM play.started_at) * 1000)::bigint, play.ms_played, play.digest, play.track_id, play.episode_id
"""
# A report that another of its own source stands for takes no part. Every source is named, for the index.
REPORTS = f"""
    SELECT play.superseded_by, {DETAILS} FROM play
    LEFT JOIN play better ON better.account_id = play.account_id AND better.id = play.superseded_by
    WHERE play.account_id = (SELECT %(account)s::bigint) AND play.source <> 'extended'
      AND play.source = ANY(%(sources)s) AND play.played_at BETWEEN %(start)s AND %(end)s
      AND (better.id IS NULL OR better.source <> play.source)
"""
# Those of extended exports that lie within reach of others. OFFSET 0 makes this one look into the index for each of the
# times, also in a table without statistics; they do not overlap, so no report is looked at twice.
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
"""


@dataclass(frozen=True, slots=True)
class Report:
    """A report that is not an extended export's, and the better report that stands for it now."""

    id: int
    source: str
    superseded_by: int | None


@dataclass(frozen=True, slots=True)
class Stretch:
    """Reports that have nothing to do with any others.

    `reports` are those that could give way, `pairs` (worse, better) those that could be one play, the likeliest first.
    """

    reports: tuple[Report, ...]
    pairs: tuple[tuple[int, int], ...]


def stretches(account_id: int, start: datetime, end: datetime) -> Iterator[Stretch]:
    """The stretches that what ended from `start` to `end` belongs to; a few months of them at a time."""
    next_report = _next_report(account_id, start - FURTHEST, end + FURTHEST)
    while next_report is not None and start <= end:
        start = min(max(start, next_report), end)
        closed_start, closed_end = _closed(account_id, start, min(end, start + PORTION))
        yield _stretch(account_id, closed_start, closed_end)
        start = closed_end + timedelta(milliseconds=1)
        next_report = _next_report(account_id, start, end + FURTHEST)


def _next_report(account_id: int, start: datetime, end: datetime) -> datetime | None:
    """When the first report ended that could give way to another; where there is none, nothing is to be settled."""
    found: tuple[datetime | None] = row(NEXT, list(SOURCES), account_id, start, end) or (None,)
    return found[0]


def _closed(account_id: int, start: datetime, end: datetime) -> tuple[datetime, datetime]:
    """The times with everything around them that could be paired with something in between."""
    beginning = list(BEGINNING_SOURCES)
    (begins,) = row(BEGINNINGS, account_id, beginning, start - FURTHEST, end + FURTHEST) or (False,)
    reach = timedelta(milliseconds=LONG_REACH if begins else REACH)
    first, last = row(CLOSED, account=account_id, start=start, end=end, reach=reach) or (start, end)
    return first, last


def _stretch(account_id: int, start: datetime, end: datetime) -> Stretch:
    stored = rows(REPORTS, account=account_id, sources=list(SOURCES), start=start, end=end)
    reports = tuple(Report(key, source, superseded_by) for superseded_by, key, source, *_ in stored)
    plays = [ReportedPlay(*columns) for _, *columns in stored]
    since, until = _around(plays)
    plays += [ReportedPlay(*columns) for columns in rows(EXTENDED, account=account_id, since=since, until=until)]
    if len({play.source for play in plays}) < 2:
        return Stretch(reports, ())
    return Stretch(reports, tuple(likely_pairs(plays, music_of(account_id, plays))))


def _around(plays: Iterable[ReportedPlay]) -> tuple[list[int], list[int]]:
    """From when to when there could be better reports of these, without overlaps."""
    since: list[int] = []
    until: list[int] = []
    reaches = [(play.ended, REACH if play.begun is None else LONG_REACH) for play in plays]
    for first, last in sorted((ended - reach, ended + reach) for ended, reach in reaches):
        if until and first <= until[-1]:
            until[-1] = max(until[-1], last)
        else:
            since.append(first)
            until.append(last)
    return since, until


def supersede(account_id: int, settled: Mapping[int, int | None]) -> None:
    """Let each report of `settled` give way to the better one, or count again where that is None."""
    if settled:
        database.execute_sql(SUPERSEDE, (list(settled), list(settled.values()), account_id))
        forget_sums_with(account_id, list(settled))  # a stretch can reach into another year
