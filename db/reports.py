"""Reports of plays by different sources, and which of them could be reports of one play.

The rule is in CONTRIBUTING.md; which of several possible pairs hold is decided in collect/matching.py.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from db.connection import database, row, rows
from db.same_moment import LONG_ENOUGH
from db.songs import TOLERANCE
from db.sums import forget_sums_with

# Of two reports of one play the one further left counts: it knows better what was played, when, and how. An account
# export knows music by name only and a time to the minute, but for how long; other trackers know no more than names and
# when listening began.
SOURCES = ("extended", "current", "recent", "listenbrainz", "account", "koito", "maloja", "lastfm", "lastfm_minute")
# Their time is when the play began, or, by some of their clients, when it ended.
BEGINNING_SOURCES = ("listenbrainz", "koito", "maloja", "lastfm", "lastfm_minute")
WINDOW = timedelta(seconds=90)  # two sources may disagree by so much on when a play ended
# No pair is further apart than this (an account export tells the minute only), so reports further from one another than
# this have nothing to do with each other, and a listening history falls into stretches that are settled one by one.
REACH = WINDOW + timedelta(seconds=60)
LONG_REACH = timedelta(minutes=22)  # where one of BEGINNING_SOURCES is a source
PORTION = timedelta(days=92)

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
# A report that another of its own source stands for takes no part. Every source is named, for the index.
REPORTS = """
    SELECT play.id, play.source, play.superseded_by FROM play
    LEFT JOIN play better ON better.account_id = play.account_id AND better.id = play.superseded_by
    WHERE play.account_id = (SELECT %(account)s::bigint) AND play.source <> 'extended'
      AND play.source = ANY(%(sources)s) AND play.played_at BETWEEN %(start)s AND %(end)s
      AND (better.id IS NULL OR better.source <> play.source)
"""
# When a report could have ended: an account export knows the minute.
APART = """
    greatest(0, extract(epoch FROM less.first - better.last), extract(epoch FROM better.first - less.last))::float8
"""
ENDS = """
    {0}.played_at AS first,
    {0}.played_at + CASE WHEN {0}.source = 'account' THEN interval '59.999 s' ELSE interval '0' END AS last
"""
# Between the beginnings of both, where the better report's is known or follows from how long it lasted.
BEGINNINGS_APART = """
    least(abs(extract(epoch FROM less.started_at - better.started_at)),
          (SELECT greatest(0, extract(epoch FROM less.started_at - (better.last - lasted)),
                              extract(epoch FROM better.first - lasted - less.started_at))
           FROM (SELECT coalesce(better.ms_played, (SELECT duration_ms FROM track WHERE id = better.track_id))
                        * interval '1 ms' AS lasted) length WHERE lasted IS NOT NULL))::float8
"""
# Scalars, because PostgreSQL would work an EXISTS out for all the music there is, once, rather than for two tracks. Of
# one ISRC are also movements that a label told apart by title and length only: where the lengths differ, names decide.
NAMES = """
    SELECT artist_key, title_key FROM reported_track WHERE account_id = {0}.account_id AND track_id = {0}.track_id
    UNION SELECT artist_key, title_key FROM track_name WHERE track_id = {0}.track_id
"""
SPOKEN = """
    SELECT {1} FROM (
        SELECT lower(name) || chr(31) || lower(show_name) AS names FROM episode WHERE id = {0}.episode_id
        UNION SELECT lower(name) || chr(31) || lower(show_name) FROM reported_episode
            WHERE account_id = {0}.account_id AND episode_id = {0}.episode_id
    ) {0}_spoken
"""
SAME_MUSIC = f"""
    less.track_id = better.track_id
    OR (SELECT true FROM track a JOIN track b ON a.isrc = b.isrc
        AND coalesce(abs(a.duration_ms - b.duration_ms) <= {TOLERANCE}, true)
        WHERE a.id = less.track_id AND b.id = better.track_id)
    OR (SELECT true FROM ({NAMES.format("less")}) a JOIN ({NAMES.format("better")}) b USING (artist_key, title_key)
        WHERE artist_key <> '' AND title_key <> '' LIMIT 1)
    OR less.episode_id = better.episode_id
    OR (SELECT true FROM ({SPOKEN.format("less", "names")}) a JOIN ({SPOKEN.format("better", "names")}) b USING (names)
        LIMIT 1)
"""
# Spotify renames music between two exports; a long play's milliseconds are its own: see db/same_moment.py.
RENAMED = f"music AND ms_played >= {LONG_ENOUGH}"
PAIRS = f"""
    WITH less AS MATERIALIZED (
        SELECT play.*, array_position(%(sources)s, source) AS rank, {ENDS.format("play")},
            source = ANY(%(beginning)s) AND started_at > played_at - interval '20 min' AS begins
        FROM play
        WHERE account_id = (SELECT %(account)s::bigint) AND id = ANY(%(ids)s)
    ), pair AS (
        SELECT less.id AS less, better.id AS better,
            -- Where nobody knows how long it lasted its end is not known either.
            CASE WHEN less.begins AND less.started_at = less.played_at THEN NULL ELSE {APART} END AS apart,
            CASE WHEN less.begins THEN {BEGINNINGS_APART} END AS apart_at_beginning,
            CASE WHEN less.begins
                THEN abs(extract(epoch FROM less.started_at - better.played_at))::float8 END AS apart_at_start,
            less.source = 'account' AND better.source = 'extended' AS both_exact,
            less.played_at = date_trunc('minute', better.played_at) AND less.ms_played = better.ms_played AS agree,
            ({SAME_MUSIC}) IS TRUE AS same_music,
            better.played_at AS better_at, better.digest AS better_digest, less.played_at AS less_at,
            less.digest AS less_digest, less.ms_played, num_nonnulls(less.track_id, better.track_id) = 2 AS music
        FROM less CROSS JOIN LATERAL (
            -- OFFSET 0 makes this one look into the index for each report, also in a table without statistics.
            SELECT play.id, play.account_id, play.source, play.track_id, play.episode_id, play.played_at,
                   play.ms_played, play.digest, play.started_at, {ENDS.format("play")}
            FROM play WHERE play.account_id = (SELECT %(account)s::bigint)
              AND play.played_at BETWEEN less.played_at - (CASE WHEN less.begins THEN %(long_reach)s ELSE %(reach)s END)
                AND less.played_at + (CASE WHEN less.begins THEN %(long_reach)s ELSE %(reach)s END)
              AND (play.source = 'extended' AND play.superseded_by IS NULL
                   OR array_position(%(sources)s, play.source) < less.rank AND play.id = ANY(%(ids)s))
            OFFSET 0
        ) better
    )
    SELECT less, better FROM pair
    WHERE CASE WHEN both_exact THEN agree AND (same_music OR {RENAMED})
               ELSE same_music AND least(apart, apart_at_beginning, apart_at_start) <= %(window)s END
    -- In a loop each round begins when the one before it ended: ends and beginnings are compared with their like first.
    ORDER BY NOT same_music, least(apart, apart_at_beginning, apart_at_start + %(window)s), better_at, less_at,
             better_digest, less_digest
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
    next_report = _next_report(account_id, start - LONG_REACH, end + LONG_REACH)
    while next_report is not None and start <= end:
        start = min(max(start, next_report), end)
        closed_start, closed_end = _closed(account_id, start, min(end, start + PORTION))
        yield _stretch(account_id, closed_start, closed_end)
        start = closed_end + timedelta(milliseconds=1)
        next_report = _next_report(account_id, start, end + LONG_REACH)


def _next_report(account_id: int, start: datetime, end: datetime) -> datetime | None:
    """When the first report ended that could give way to another; where there is none, nothing is to be settled."""
    found: tuple[datetime | None] = row(NEXT, list(SOURCES), account_id, start, end) or (None,)
    return found[0]


def _closed(account_id: int, start: datetime, end: datetime) -> tuple[datetime, datetime]:
    """The times with everything around them that could be paired with something in between."""
    beginning = list(BEGINNING_SOURCES)
    (begins,) = row(BEGINNINGS, account_id, beginning, start - LONG_REACH, end + LONG_REACH) or (False,)
    reach = LONG_REACH if begins else REACH
    first, last = row(CLOSED, account=account_id, start=start, end=end, reach=reach) or (start, end)
    return first, last


def _stretch(account_id: int, start: datetime, end: datetime) -> Stretch:
    account = {"account": account_id, "sources": list(SOURCES)}
    reports = tuple(Report(*found) for found in rows(REPORTS, **account, start=start, end=end))
    windows: dict[str, object] = {"window": WINDOW.total_seconds(), "reach": REACH, "long_reach": LONG_REACH}
    windows["beginning"] = list(BEGINNING_SOURCES)
    pairs = rows(PAIRS, **account, **windows, ids=[report.id for report in reports]) if reports else []
    return Stretch(reports, tuple((worse, better) for worse, better in pairs))


def supersede(account_id: int, settled: Mapping[int, int | None]) -> None:
    """Let each report of `settled` give way to the better one, or count again where that is None."""
    if settled:
        database.execute_sql(SUPERSEDE, (list(settled), list(settled.values()), account_id))
        forget_sums_with(account_id, list(settled))  # a stretch can reach into another year
