"""Read a listener's songs before a cut-off from the database."""

from datetime import datetime, timedelta

import msgspec

from db.engine.connection import database
from db.engine.records import record, records
from db.sums import summed_periods
from insights.plays.scope import longest_run
from recommend.listening.song_names import APART, CALLED
from recommend.listening.songs import (
    HALF_LIVES,
    WEEKS_OF_PEAK,
    FaintArtist,
    Listening,
    PlayedTrack,
    counted_from,
    listening_of,
)

OLD = timedelta(weeks=200)
# A play counts from 30 seconds, or if its source does not know the duration (recently-played).
HEARD = "coalesce(ms_played, 30000) >= 30000"
BEFORE = "account_id = %(account_id)s AND played_at < %(as_of)s AND track_id IS NOT NULL"
SPAN = f"""
    SELECT (SELECT min(played_at) FROM counted_play WHERE {BEFORE} AND {HEARD}) AS first,
           (SELECT max(played_at) FROM counted_play WHERE {BEFORE} AND {HEARD}) AS last
"""
# With less memory, grouping hundreds of thousands of plays would use the disk. And the planner expects 200 rows from
# groups of groups, and would look up tens of thousands of tracks one by one.
PLANNER_SETTINGS = ("SET LOCAL work_mem = '64MB'", "SET LOCAL enable_nestloop = off")
DEFAULT_SETTINGS = ("SET LOCAL work_mem TO DEFAULT", "SET LOCAL enable_nestloop TO DEFAULT")
AGE = "date_part('epoch', %(now)s - played_at) / 86400"
# A year of plays, each with its number among the plays of its track on that day (04:00 to 04:00), and its number among
# all plays counted back; at night is 23:00 to 06:00. Then 200 weeks of plays by week, because PostgreSQL takes longer
# to halve plays than to count them. Older plays have no weight and are only counted, from sums of years (db/sums.py) if
# there are any.
LATELY = f"""
    year AS (
        SELECT place, track_id, played_at, {AGE} AS age,
               (played_at AT TIME ZONE %(zone)s) - interval '4 hours' AS local,
               row_number() OVER (ORDER BY played_at DESC, place DESC) AS back
        FROM counted_play WHERE {BEFORE} AND {HEARD} AND played_at >= %(now)s - interval '365 days'
    ), numbered AS (
        SELECT track_id, played_at, age, back, local::time >= '19:00' OR local::time < '02:00' AS at_night,
               row_number() OVER (PARTITION BY track_id, local::date ORDER BY played_at, place) AS again FROM year
    ), lately AS (
        SELECT track_id,
               sum((0.5 ^ (age / 30) + 0.5 ^ (age / 3) + 0.5 ^ (least(back, 100000)::float8 / 300)) / again)
                   AS next_week,
               sum(0.5 ^ (age / 7) / again + 0.4 / greatest(age, 1 / 24.0::float8)) AS tomorrow,
               (count(*) FILTER (WHERE played_at >= %(as_of)s - interval '14 days'))::int AS fortnight,
               (count(*) FILTER (WHERE played_at >= %(as_of)s - interval '30 days'))::int AS month,
               (count(*) FILTER (WHERE age < 90))::int AS quarter,
               count(*)::int AS in_year, (count(*) FILTER (WHERE at_night))::int AS at_night
        FROM numbered GROUP BY track_id
    )
"""
# Weeks around this one a year, two and three years ago; and the week with most plays, the latest of several, as one
# number, which PostgreSQL compares faster than a row.
SEASON = "(50, 51, 52, 53, 54, 102, 103, 104, 105, 106, 154, 155, 156, 157, 158)"
PEAK = f"plays * {WEEKS_OF_PEAK} + {WEEKS_OF_PEAK} - 1 - week"
HALVED = "0.5 ^ ((week * 7 + 3.5)::float8 / {})"
# Not as bigint, because sums of that are numeric, which is slow.
COUNTED = f"""
    (count(*) FILTER (WHERE {HEARD}))::int AS plays, (sum(ms_played) FILTER (WHERE {HEARD}))::float8 AS ms,
    min(played_at) FILTER (WHERE {HEARD}) AS first, max(played_at) FILTER (WHERE {HEARD}) AS last
"""
WEEKLY = f"""
    halved (week, weight, {", ".join(f"of_{half_life}" for half_life in HALF_LIVES)}) AS MATERIALIZED (
        SELECT week, 0.5 ^ (week::float8 / 8), {", ".join(map(HALVED.format, HALF_LIVES))}
        FROM generate_series(0, 200) week
    ), weekly AS (
        SELECT track_id, floor({AGE} / 7)::int AS week, {COUNTED}
        FROM counted_play WHERE {BEFORE} AND played_at > %(old)s GROUP BY 1, 2
    ), newer AS (
        SELECT track_id, sum(plays)::int AS plays, sum(ms)::bigint AS ms, min(first) AS first, max(last) AS last,
               coalesce(sum(weight) FILTER (WHERE plays > 0), 0) AS weeks,
               coalesce(sum(plays) FILTER (WHERE week IN {SEASON}), 0)::int AS season,
               coalesce(max({PEAK}) FILTER (WHERE plays > 0), 0)::int AS peak,
               {", ".join(f"coalesce(sum(plays * of_{h}), 0) AS weight_{h}" for h in HALF_LIVES)}
        FROM weekly LEFT JOIN halved USING (week) GROUP BY track_id
    )
"""
OLDER = f"""
    older AS (
        SELECT track_id, sum(plays)::int AS plays, sum(ms)::bigint AS ms, min(first) AS first, max(last) AS last FROM (
            SELECT track_id, {COUNTED} FROM counted_play WHERE {BEFORE}
                AND played_at <= %(old)s AND (played_at < %(sums_start)s OR played_at >= %(sums_end)s) GROUP BY 1
            UNION ALL SELECT track_id, {COUNTED} FROM counted_play WHERE {BEFORE}
                AND played_at >= %(sums_start)s AND played_at < %(sums_end)s AND ms_played IS NULL GROUP BY 1
            UNION ALL SELECT track_id, plays, 0, first_played_at, last_played_at FROM track_in_period
            WHERE account_id = %(account_id)s AND period_id = ANY(%(sums)s)
        ) several GROUP BY track_id
    )
"""
# The account's tracks with their counts. Details in `track` and `album` are looked up row by row: these tables have the
# music of every account here, and joining them would read all of it for each list.
URI = "(SELECT uri FROM track WHERE track.id = own.track_id)"
NAMED = f"""
    named AS MATERIALIZED (
        SELECT own.track_id, coalesce(called.name, own.name, {URI}) AS name,
               coalesce(called.artist, own.artist_name, {URI}) AS artist, {APART} AS apart, own.album_id,
               coalesce(own.name, {URI}) AS own_name, coalesce(own.artist_name, {URI}) AS own_artist,
               coalesce(newer.plays, 0) + coalesce(older.plays, 0) AS plays,
               coalesce(newer.ms, 0) + coalesce(older.ms, 0) AS ms,
               least(newer.first, older.first) AS first, greatest(newer.last, older.last) AS last,
               coalesce(season, 0) AS season, coalesce(peak, 0) AS peak, coalesce(weeks, 0) AS weeks,
               {", ".join(f"coalesce(weight_{h}, 0) AS weight_{h}" for h in HALF_LIVES)}
        FROM account_track own LEFT JOIN newer USING (track_id) LEFT JOIN older USING (track_id)
        LEFT JOIN called ON called.song_id = own.song_id
        WHERE own.account_id = %(account_id)s AND coalesce(newer.track_id, older.track_id) IS NOT NULL
    )
"""
# Songs that were heard seldom and not recently are grouped by artist, because it only matters that they are known. So
# are a version's own names if they differ from those of its song. They come as JSON in one last row, because it takes a
# quarter of the time to read.
OTHERS = 0  # the id of no track
MATTERING = """
    last >= %(now)s - interval '365 days' OR plays >= 20
    OR plays >= 3 AND last >= %(now)s - interval '1095 days'
"""
TRACKS = f"""
    WITH {LATELY}, {WEEKLY}, {OLDER}, {CALLED}, {NAMED}, known (name, artist, plays) AS (
        SELECT name, artist, plays FROM named WHERE ({MATTERING}) IS NOT TRUE
        UNION ALL SELECT own_name, own_artist, 0 FROM named WHERE (own_name, own_artist) IS DISTINCT FROM (name, artist)
    )
    SELECT track_id, name, artist, apart, plays, (SELECT uri FROM track WHERE track.id = track_id) AS uri,
           (SELECT name FROM album WHERE album.id = album_id) AS album,
           coalesce(fortnight, 0) AS fortnight, coalesce(month, 0) AS month, coalesce(quarter, 0) AS quarter,
           first, last, season, peak, ms,
           coalesce(in_year, 0) AS in_year, coalesce(at_night, 0) AS at_night,
           coalesce(next_week, 0) AS next_week, coalesce(tomorrow, 0) AS tomorrow, weeks,
           {", ".join(f"weight_{half_life}" for half_life in HALF_LIVES)}
    FROM named LEFT JOIN lately USING (track_id) WHERE {MATTERING}
    UNION ALL
    SELECT {OTHERS}, coalesce(json_agg(json_build_array(artist, plays, titles)), '[]')::text, '', NULL, 0, NULL, NULL,
           0, 0, 0, %(old)s, %(old)s, 0, 0, 0, 0, 0, {", ".join(["0"] * (3 + len(HALF_LIVES)))}
    FROM (
        SELECT artist, sum(plays) AS plays, array_agg(name) FILTER (WHERE name IS NOT NULL) AS titles
        FROM known GROUP BY artist
    ) others
"""


class _Span(msgspec.Struct, frozen=True):
    first: datetime | None
    last: datetime | None


def listening_before(account_id: int, as_of: datetime, time_zone: str) -> Listening:
    """The counted plays before `as_of`. Needs an open connection."""
    span = record(_Span, SPAN, {"account_id": account_id, "as_of": as_of}) or _Span(None, None)
    now = counted_from(as_of, span.last)
    old = now - OLD
    with database.atomic():
        for statement in PLANNER_SETTINGS:
            database.execute_sql(statement)
        sums = longest_run([period for period in summed_periods(account_id) if period.until <= old])
        values = {
            "account_id": account_id, "as_of": as_of, "now": now, "old": old, "zone": time_zone,
            "sums": [period.id for period in sums],
            "sums_start": sums[0].since if sums else old, "sums_end": sums[-1].until if sums else old,
        }  # fmt: skip
        tracks = records(PlayedTrack, TRACKS, values)
        for statement in DEFAULT_SETTINGS:  # this transaction may be part of another
            database.execute_sql(statement)
    others = next(
        msgspec.json.decode(track.name, type=list[FaintArtist]) for track in tracks if track.track_id == OTHERS
    )
    mattering = [track for track in tracks if track.track_id != OTHERS]
    return listening_of(mattering, others, now, span.first, span.last)
