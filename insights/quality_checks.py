"""The checks of an account's data, each with a statement that finds the problems.

A statement has a row for each problem: (id, played_at, track_id, source, odd, parts). `id` orders rows of the same
time; `odd` names the words in insights/quality_words.py that describe the problem, and `parts` has the values of their
placeholders. Other columns are null if they do not apply. Plays are those that count, music or not. Checks
of single plays read `suspect_play`; of plays next to each other `overlapping_play`; of their length `long_play`.
"""

from dataclasses import dataclass
from typing import Literal

from insights.plays.sources import each_play_beside_sums, summed_by_track

Severity = Literal["error", "notice"]

# Other trackers may have listens of other services, which can be older than Spotify.
_IMPOSSIBLE_TIME = """(
    played_at > %(tomorrow)s OR started_at > played_at
    OR played_at < '2006-10-01 00:00+00'
        AND source NOT IN ('listenbrainz', 'koito', 'maloja', 'scrobble', 'lastfm', 'lastfm_minute')
)"""
_NO_PARTS = "NULL::jsonb AS parts"
_LONGER_THAN_A_DAY = "ms_played > 24 * 3600000"
_OF_NOTHING = "(track_id IS NULL AND episode_id IS NULL)"
# The index play_suspect has all of them but those of the future, which are at the end of two others.
_SUSPECT = f"""(
    {_LONGER_THAN_A_DAY} OR {_OF_NOTHING} OR started_at > played_at OR played_at < '2006-10-01 00:00+00'
)"""
_OF_ACCOUNT = """
    SELECT id, place, played_at, started_at, track_id, episode_id, source, ms_played FROM counted_play
    WHERE account_id = %(account_id)s
"""
SUSPECT_PLAYS = f"""
    {_OF_ACCOUNT} AND {_SUSPECT}
    UNION {_OF_ACCOUNT} AND track_id IS NOT NULL AND played_at > %(tomorrow)s
    UNION {_OF_ACCOUNT} AND episode_id IS NOT NULL AND played_at > %(tomorrow)s
"""
# Plays of music that may overlap the previous one: the index alone tells. A frame of two plays takes less time than
# lag(); the first play of all is its own previous one.
OVERLAPPING_PLAYS = """
    SELECT id, ended_before
    FROM (
        SELECT id, played_at, ms_played, first_value(played_at) OVER (
            ORDER BY played_at, place, id ROWS BETWEEN 1 PRECEDING AND CURRENT ROW) AS ended_before
        FROM counted_play WHERE account_id = %(account_id)s AND track_id IS NOT NULL
    ) music WHERE played_at - ended_before < (ms_played - 30000) * interval '1 millisecond'
"""
# Plays longer than their track: sums tell which tracks have any. `OFFSET 0` makes PostgreSQL look up those of each.
_LONGEST = """
    SELECT track_id, duration_ms, duration_ms::bigint + 10000 AS most FROM account_track
    WHERE account_id = %(account_id)s AND duration_ms IS NOT NULL
"""
LONG_PLAYS = f"""
    SELECT play.id, duration_ms FROM (
        SELECT DISTINCT track_id, duration_ms, most
        FROM ({summed_by_track("track_id, longest", which="true")}) heard JOIN ({_LONGEST}) known USING (track_id)
        WHERE longest > most
    ) track CROSS JOIN LATERAL (
        SELECT id FROM counted_play
        WHERE account_id = %(account_id)s AND track_id = track.track_id AND ms_played > most OFFSET 0) play
    UNION SELECT heard.id, duration_ms FROM ({each_play_beside_sums(())}) heard JOIN ({_LONGEST}) known USING (track_id)
    WHERE heard.ms > most
"""
IMPOSSIBLE_TIMES = f"""
    SELECT place AS id, played_at, track_id, source, CASE
        WHEN played_at > %(tomorrow)s THEN 'future'
        WHEN started_at > played_at THEN 'reversed'
        ELSE 'before_spotify' END AS odd, {_NO_PARTS}
    FROM suspect_play WHERE {_IMPOSSIBLE_TIME}
"""
LONGER_THAN_A_DAY = f"""
    SELECT place AS id, played_at, track_id, source, 'hours' AS odd,
           jsonb_build_object('hours', round(ms_played / 3600000.0, 1)) AS parts
    FROM suspect_play WHERE {_LONGER_THAN_A_DAY}
"""
PLAYS_OF_NOTHING = f"""
    SELECT place AS id, played_at, track_id, source, 'nothing' AS odd, {_NO_PARTS}
    FROM suspect_play WHERE {_OF_NOTHING}
"""
# A report may be superseded by a better one of its own source, and that one by another source's: these are decided
# separately (db/plays/variants.py, db/plays/matching.py). Hidden reports are counted, but stay hidden.
SUPERSEDED_CHAINS = f"""
    SELECT worse.place AS id, CASE WHEN worse.excluded_by IS NULL THEN worse.ended_at END AS played_at,
           CASE WHEN worse.excluded_by IS NULL THEN worse.track_id END AS track_id,
           CASE WHEN worse.excluded_by IS NULL THEN worse.source END AS source,
           CASE WHEN better.id IS NULL THEN 'no_better'
                WHEN better.id = worse.id THEN 'itself'
                ELSE 'better_not_counted' END AS odd, {_NO_PARTS}
    FROM play worse
    LEFT JOIN play better ON better.account_id = worse.account_id AND better.id = worse.superseded_by
    LEFT JOIN play best ON best.account_id = worse.account_id AND best.id = better.superseded_by
    WHERE worse.account_id = %(account_id)s AND worse.superseded_by IS NOT NULL
      AND (better.id IS NULL
           OR better.superseded_by IS NOT NULL AND (better.source <> worse.source OR best.source = better.source))
"""
IMPORT_SUMS = """
    SELECT row_number() OVER (ORDER BY import.id, file_no DESC) AS id, NULL::timestamptz AS played_at,
           NULL::bigint AS track_id, NULL::text AS source, 'fates' AS odd,
           jsonb_build_object('number', import.id, 'file', details -> 'name', 'rows', details -> 'rows',
                              'fates', fates_in_all) AS parts
    FROM import CROSS JOIN LATERAL jsonb_array_elements(files) WITH ORDINALITY AS file (details, file_no)
    CROSS JOIN LATERAL (
        SELECT coalesce(sum(value::bigint), 0) AS fates_in_all FROM jsonb_each_text(details -> 'fates')
    ) fates
    WHERE account_id = %(account_id)s AND (details ->> 'rows')::bigint <> fates_in_all
"""
# `OFFSET 0` makes PostgreSQL look up each: it expects that a third of all plays are suspect.
EACH_OF_MUSIC = """
    CROSS JOIN LATERAL (SELECT * FROM play WHERE account_id = %(account_id)s AND id = suspect.id OFFSET 0) play
"""
# Of plays that ended at the same time, the longest comes first: one that was skipped at once did not play in parallel.
# Account exports do not know the second, so their plays may have begun up to a minute later.
OVERLAPS = f"""
    SELECT place AS id, ended_at AS played_at, play.track_id, play.source, 'overlap' AS odd,
           jsonb_build_object('seconds', round(extract(epoch FROM overlap))) AS parts
    FROM overlapping_play suspect {EACH_OF_MUSIC}
    CROSS JOIN LATERAL (
        SELECT ended_before - (play.ended_at - play.ms_played * interval '1 millisecond')
               - CASE WHEN source = 'account' THEN interval '59.999 s' ELSE interval '0' END AS overlap
    ) beside
    WHERE overlap > interval '30 s' AND play.id <> (
        SELECT id FROM counted_play WHERE account_id = %(account_id)s AND track_id IS NOT NULL
        ORDER BY played_at, place, id LIMIT 1)
"""
LONGER_THAN_TRACK = f"""
    SELECT place AS id, ended_at AS played_at, play.track_id, source, 'longer' AS odd,
           jsonb_build_object('heard', play.ms_played / 1000, 'length', duration_ms / 1000) AS parts
    FROM long_play suspect {EACH_OF_MUSIC}
"""
# One row per track, with its last play.
_TRACKS = """
    SELECT track_id AS id, max(played_at) AS played_at, track_id, NULL::text AS source,
           CASE WHEN count(*) = 1 THEN 'once' ELSE 'times' END AS odd, jsonb_build_object('count', count(*)) AS parts
    FROM counted_play JOIN account_track USING (account_id, track_id) JOIN track ON track.id = track_id
    WHERE account_id = %(account_id)s AND {} GROUP BY track_id
"""
TRACKS_WITHOUT_NAMES = _TRACKS.format("account_track.name IS NULL")
TRACKS_WITHOUT_URI = _TRACKS.format("track.uri IS NULL")
UNMATCHED_REPORTS = f"""
    SELECT place AS id, played_at, track_id, source, 'unmatched' AS odd, {_NO_PARTS}
    FROM play JOIN (
        SELECT range_agg(extended_covers) AS times FROM import_export WHERE account_id = %(account_id)s
    ) extended ON extended.times @> played_at
    WHERE account_id = %(account_id)s AND source IN ('account', 'recent', 'current') AND source <> 'extended'
      AND superseded_by IS NULL AND excluded_by IS NULL AND track_id IS NOT NULL
"""
ROWS_SET_ASIDE = """
    SELECT row_number() OVER (ORDER BY import_id, file_no DESC, row_no DESC) AS id, NULL::timestamptz AS played_at,
           NULL::bigint AS track_id, NULL::text AS source, 'set_aside' AS odd,
           jsonb_build_object('number', import_id, 'file', coalesce(files -> file_no ->> 'name', 'file ' || file_no),
                              'row', row_no, 'reason', reason) AS parts
    FROM set_aside_row JOIN import ON import.account_id = set_aside_row.account_id AND import.id = import_id
    WHERE set_aside_row.account_id = %(account_id)s AND looked_at IS NULL
"""


@dataclass(frozen=True, slots=True)
class CheckQuery:
    """A check with its statement. Only errors make an account fail."""

    name: str
    severity: Severity
    meaning: str
    sql: str


QUERIES = (
    CheckQuery(
        "impossible_times",
        "error",
        "Plays that ended more than a day from now, ended before Spotify's start (1 October 2006), or began after they "
        "ended.",
        IMPOSSIBLE_TIMES,
    ),
    CheckQuery("longer_than_a_day", "error", "Plays that lasted more than 24 hours.", LONGER_THAN_A_DAY),
    CheckQuery("plays_of_nothing", "error", "Plays without a track or an episode.", PLAYS_OF_NOTHING),
    CheckQuery(
        "superseded_chains",
        "error",
        "Plays replaced by a better record that is missing or not counted.",
        SUPERSEDED_CHAINS,
    ),
    CheckQuery(
        "import_sums",
        "error",
        "Imported files whose number of rows differs from the number of their fates.",
        IMPORT_SUMS,
    ),
    CheckQuery(
        "overlaps",
        "notice",
        "Plays of music that began more than 30 seconds before the previous play ended: two devices, or a wrong clock "
        "while offline.",
        OVERLAPS,
    ),
    CheckQuery(
        "longer_than_track",
        "notice",
        "Plays that lasted over 10 seconds longer than their track: rewound, or the track has another length.",
        LONGER_THAN_TRACK,
    ),
    CheckQuery(
        "tracks_without_names",
        "notice",
        "Tracks known only by their URI, so rankings cannot name them.",
        TRACKS_WITHOUT_NAMES,
    ),
    CheckQuery(
        "tracks_without_uri",
        "notice",
        "Tracks known only by their names; an extended export has their URI.",
        TRACKS_WITHOUT_URI,
    ),
    CheckQuery(
        "unmatched_reports",
        "notice",
        "Plays that were collected or are in account data, but are missing from an extended export that covers their "
        "time: they may count twice.",
        UNMATCHED_REPORTS,
    ),
    CheckQuery(
        "rows_set_aside",
        "notice",
        "Rows of imports that were not stored, because they are malformed or do not say what was played, until "
        "somebody looks at them: `{looking}`.",
        ROWS_SET_ASIDE,
    ),
)
