"""The songs that were played most in each week of the listener's calendar."""

from datetime import UTC, date, datetime, timedelta

from msgspec import Struct

from db.engine.records import records
from db.library.same_recording import OWN_TRACK
from insights.answers.periods import WEEKDAYS
from insights.plays.adding_up import all_ms, all_plays
from insights.plays.scope import Scope
from insights.plays.sources import IN_SUMS, by_week, each_play_within, each_week, each_within_of_unknown_length

MONDAY = datetime(1900, 1, 1, tzinfo=UTC)  # before every play


# The weeks within one sum, with at least half as many plays as its weeks have on average: a song that wins such a week
# has many plays in the whole sum, so few songs can.
BUSY = f"""
    SELECT week, sum_id, enough FROM (
        SELECT week, sum_id, plays, greatest(%(min_plays)s, (plays * %(min_share)s + 99) / 100) AS enough,
               avg(plays) OVER (PARTITION BY sum_id) AS usual
        FROM weekly JOIN (SELECT week, min(since) AS since, max(until) AS until FROM piece GROUP BY week) whole
            USING (week)
        JOIN unnest(%(sums)s::bigint[], %(sums_since)s::timestamptz[], %(sums_until)s::timestamptz[])
            AS summed (sum_id, sum_since, sum_until) ON since >= sum_since AND until <= sum_until
    ) summed WHERE plays * 2 >= usual AND week NOT IN (
        SELECT week FROM piece WHERE EXISTS ({each_within_of_unknown_length("piece.since", "piece.until")}))
"""
# The tracks of songs that may have several: a song of one track only usually has the id of that track.
ONE_OF_SEVERAL = """
    SELECT track_id FROM account_track WHERE account_id = %(account_id)s AND song_id IN (
        SELECT song_id FROM account_track WHERE account_id = %(account_id)s AND song_id <> track_id)
"""
# The songs with enough plays in a sum to win one of its busy weeks, with all their tracks in it.
CANDIDATES = f"""
    SELECT period_id, song_id, array_agg(heard.track_id) AS track_ids FROM track_in_period heard
    JOIN (SELECT sum_id AS period_id, min(enough) AS enough FROM busy GROUP BY 1) needed USING (period_id) {OWN_TRACK}
    WHERE heard.{IN_SUMS} AND (plays >= enough OR heard.track_id IN (SELECT track_id FROM one_of_several))
    GROUP BY period_id, song_id HAVING sum(plays) >= min(enough)
"""
# `OFFSET 0` makes PostgreSQL look up each candidate in the index: it expects far more of them than there are. What has
# too few plays in a week is dropped at once, unless the rest of a week that is cut may add more.
NUMBER = "width_bucket(played_at, (SELECT array_agg(since ORDER BY since) FROM piece))"
IN_BUSY_WEEKS = f"""
    SELECT week, song_id, plays, ms FROM (
        SELECT {NUMBER} AS number, song_id,
               count(*) AS plays, sum(ms) AS ms
        FROM (
            SELECT song_id, unnest(heard.played_at) AS played_at, unnest(heard.ms) AS ms
            FROM candidate CROSS JOIN unnest(track_ids) AS own (track_id) CROSS JOIN LATERAL (
                SELECT played_at, ms FROM plays_in_period heard WHERE heard.account_id = %(account_id)s
                    AND heard.period_id = candidate.period_id AND heard.track_id = own.track_id OFFSET 0
            ) heard
        ) each_play GROUP BY 1, 2
        HAVING count(*) >= %(min_plays)s OR {NUMBER} = ANY(ARRAY(
            SELECT number FROM piece WHERE is_cut))
    ) heard JOIN piece USING (number) JOIN busy USING (week)
"""
# One week after the other, in the order of the index: the tracks of a week are few, those of all weeks would not fit
# into the memory of one sort or hash. What has too few plays in a week is dropped at once, unless other tracks of the
# song, or the rest of a week that is cut, may add more.
IN_OTHER_WEEKS = f"""
    SELECT week, song_id, plays, ms FROM (
        SELECT piece.week, heard.* FROM piece CROSS JOIN LATERAL (
            SELECT track_id, count(*) AS plays, sum(ms) AS ms
            FROM ({each_play_within("piece.since", "piece.until")}) each_play GROUP BY track_id
        ) heard
        WHERE week NOT IN (SELECT week FROM busy) AND (heard.plays >= %(min_plays)s OR is_cut
            OR track_id IN (SELECT track_id FROM one_of_several))
    ) heard CROSS JOIN LATERAL (
        SELECT song_id FROM account_track WHERE account_id = %(account_id)s AND track_id = heard.track_id OFFSET 0) own
"""
MOST_PLAYED = f"""
    WITH piece AS MATERIALIZED (
        SELECT *, row_number() OVER (ORDER BY since) AS number FROM ({each_week()}) each_week
    ), weekly AS MATERIALIZED (
        SELECT week, {all_plays()} AS plays FROM ({by_week()}) each_week GROUP BY 1
    ), busy AS MATERIALIZED ({BUSY}), one_of_several AS MATERIALIZED ({ONE_OF_SEVERAL}),
    candidate AS MATERIALIZED ({CANDIDATES}), counted AS (
        SELECT week, song_id, {all_plays()} AS plays, {all_ms()} AS ms
        FROM ({IN_BUSY_WEEKS} UNION ALL {IN_OTHER_WEEKS}) heard GROUP BY 1, 2 HAVING {all_plays()} >= %(min_plays)s
    ), ranked AS (
        SELECT week, song_id, counted.plays, weekly.plays AS all_plays,
               rank() OVER (PARTITION BY week ORDER BY counted.plays DESC, ms DESC) AS rank
        FROM counted JOIN weekly USING (week) WHERE counted.plays * 100 >= weekly.plays * %(min_share)s
    )
    SELECT week::date AS week, song_id, plays, all_plays, ARRAY(
        SELECT track_id FROM account_track WHERE account_id = %(account_id)s AND song_id = ranked.song_id) AS track_ids
    FROM ranked WHERE rank = 1
"""


class WeeklySong(Struct, frozen=True):
    """A song with the most plays of a week (by its first day), with all its tracks in the library."""

    week: date
    song_id: int
    plays: int
    all_plays: int
    track_ids: list[int]


def most_played_weekly(scope: Scope, min_plays: int, min_share: int) -> list[WeeklySong]:
    """The songs with the most plays of each week, of equal ones those heard longest; several if these are equal, too.

    They have at least `min_plays` plays and `min_share` percent of those of the week. Two queries.
    """
    first_week = MONDAY + timedelta(days=WEEKDAYS.index(scope.week_starts))
    sums = scope.sums()
    bounds = {"sums_since": [each.since for each in sums], "sums_until": [each.until for each in sums]}
    wanted = {"first_week": first_week, "min_plays": min_plays, "min_share": min_share}
    return records(WeeklySong, MOST_PLAYED, scope.local_values() | bounds | wanted)
