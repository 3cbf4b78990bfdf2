"""The songs that were played most in each week of the listener's calendar."""

from collections import ChainMap
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from itertools import groupby
from operator import attrgetter
from typing import Any, NamedTuple

from msgspec import Struct

from db.engine.records import records
from db.library.same_recording import OWN_TRACK
from db.sums import SummedPeriod
from insights.answers.periods import WEEKDAYS
from insights.plays.scope import Scope, shift_values
from insights.plays.sources import IN_SUMS, by_stretch, each_play_within, each_within_of_unknown_length
from insights.plays.utc_offsets import Shift

MONDAY = datetime(1900, 1, 1, tzinfo=UTC)  # before every play
SEVEN_DAYS = timedelta(days=7)
WEEK = "date_bin('7 days', local, %(first_week)s::timestamptz)"

# A week within one sum, with at least half the plays that its weeks usually have: a song that wins it has many plays in
# the whole sum, so few songs can.
BUSY = f"""
    SELECT week, sum_id, enough FROM (
        SELECT week, sum_id, plays, greatest(%(min_plays)s, (plays * %(min_share)s + 99) / 100) AS enough,
               avg(plays) OVER (PARTITION BY sum_id) AS usual
        FROM weekly JOIN (SELECT DISTINCT week, sum_id FROM piece WHERE sum_id IS NOT NULL) whole USING (week)
    ) summed WHERE plays * 2 >= usual AND week NOT IN (
        SELECT week FROM piece WHERE EXISTS ({each_within_of_unknown_length("piece.since", "piece.until")}))
"""
# The songs with enough plays in a sum to win one of its busy weeks.
CANDIDATES = f"""
    SELECT period_id, song_id FROM track_in_period heard
    JOIN (SELECT sum_id AS period_id, min(enough) AS enough FROM busy GROUP BY 1) needed USING (period_id) {OWN_TRACK}
    WHERE heard.{IN_SUMS} AND (plays >= enough OR heard.track_id IN (SELECT track_id FROM one_of_several))
    GROUP BY period_id, song_id HAVING sum(plays) >= min(enough)
"""
# `OFFSET 0` makes PostgreSQL look up each candidate in the index: it expects far more of them than there are.
IN_BUSY_WEEKS = """
    SELECT week, song_id, plays, ms FROM (
        SELECT width_bucket(each_play.played_at, %(week_since)s::timestamptz[]) AS number, song_id, count(*) AS plays,
               sum(each_play.ms) AS ms
        FROM candidate JOIN account_track own USING (song_id) CROSS JOIN LATERAL (
            SELECT played_at, ms FROM plays_in_period heard WHERE heard.account_id = %(account_id)s
                AND heard.period_id = candidate.period_id AND heard.track_id = own.track_id OFFSET 0
        ) heard CROSS JOIN unnest(heard.played_at, heard.ms) AS each_play (played_at, ms)
        WHERE own.account_id = %(account_id)s GROUP BY 1, 2
    ) heard JOIN piece USING (number) JOIN busy USING (week)
"""
# One week after the other, as the index has them: the tracks of a week are few, those of all weeks would not fit into
# the memory of one sort or hash. What has too few plays in a week goes at once, unless more of the same song come
# from its other tracks, or from the rest of a week that is cut.
IN_OTHER_WEEKS = f"""
    SELECT week, song_id, plays, ms FROM (
        SELECT piece.week, heard.* FROM piece CROSS JOIN LATERAL (
            SELECT track_id, count(*) AS plays, sum(ms) AS ms
            FROM ({each_play_within("piece.since", "piece.until")}) each_play GROUP BY track_id
        ) heard
        WHERE week NOT IN (SELECT week FROM busy) AND (heard.plays >= %(min_plays)s OR is_cut
            OR track_id IN (SELECT track_id FROM one_of_several))
    ) heard {OWN_TRACK}
"""
ONE_OF_SEVERAL = """
    SELECT unnest(array_agg(track_id)) AS track_id FROM account_track WHERE account_id = %(account_id)s
    GROUP BY song_id HAVING count(*) > 1
"""
MOST_PLAYED = f"""
    WITH piece AS MATERIALIZED (
        SELECT * FROM unnest(%(week)s::timestamptz[], %(week_since)s::timestamptz[], %(week_until)s::timestamptz[],
                             %(week_is_cut)s::boolean[], %(week_sum)s::bigint[])
            WITH ORDINALITY AS piece (week, since, until, is_cut, sum_id, number)
    ), weekly AS MATERIALIZED (
        SELECT {WEEK} AS week, sum(plays)::bigint AS plays FROM ({by_stretch("week_")}) stretch GROUP BY 1
    ), busy AS MATERIALIZED ({BUSY}), one_of_several AS MATERIALIZED ({ONE_OF_SEVERAL}),
    candidate AS MATERIALIZED ({CANDIDATES}), counted AS (
        SELECT week, song_id, sum(plays)::bigint AS plays, sum(ms) AS ms
        FROM ({IN_BUSY_WEEKS} UNION ALL {IN_OTHER_WEEKS}) heard GROUP BY 1, 2 HAVING sum(plays) >= %(min_plays)s
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


class WeekPiece(NamedTuple):
    """A stretch in which the listener's clock showed one week (by its first day, to be read as UTC). A week `is_cut`
    where the clock was changed in it.
    """

    week: datetime
    shift: Shift
    is_cut: bool


def most_played_weekly(scope: Scope, min_plays: int, min_share: int) -> list[WeeklySong]:
    """The songs with the most plays of each week, of equal ones those heard longest; several if they are equal in that,
    too. They have at least `min_plays` plays and `min_share` percent of those of the week. Two queries.
    """
    first_week = MONDAY + timedelta(days=WEEKDAYS.index(scope.week_starts))
    values = scope.local_values()  # a query
    pieces = {kind: _all_pieces(values, kind, first_week) for kind in ("", "by_quarter_", "not_by_quarter_")}
    by_kind = [shift_values(f"week_{kind}", [piece.shift for piece in of_kind]) for kind, of_kind in pieces.items()]
    weeks = dict(ChainMap(*by_kind)) | _weeks(pieces[""], scope.sums())
    bounds = {"first_week": first_week, "min_plays": min_plays, "min_share": min_share}
    return records(WeeklySong, MOST_PLAYED, values | weeks | bounds)


def _all_pieces(values: Mapping[str, Any], kind: str, first_week: datetime) -> list[WeekPiece]:
    """The weeks that the stretches of this kind (by their prefix) lie in, piece by piece."""
    stretches = map(Shift, *(values[f"{kind}{name}"] for name in Shift._fields))
    return [piece for stretch in stretches for piece in _pieces(stretch, first_week)]


def _weeks(pieces: Sequence[WeekPiece], sums: Sequence[SummedPeriod]) -> dict[str, object]:
    """The values for the weeks, each with the sum that has all of it."""
    sum_of = _sums_of_weeks(pieces, sums)
    return {
        "week": [piece.week for piece in pieces],
        "week_is_cut": [piece.is_cut for piece in pieces],
        "week_sum": [sum_of[piece.week] for piece in pieces],
    }


def _pieces(stretch: Shift, first_week: datetime) -> list[WeekPiece]:
    pieces, since = list[WeekPiece](), stretch.since
    week = since + stretch.ahead - (since + stretch.ahead - first_week) % SEVEN_DAYS
    while since < stretch.until:
        length = min(SEVEN_DAYS, stretch.until + stretch.ahead - week)  # a whole week could end in the year 10000
        until = week + length - stretch.ahead
        is_cut = since + stretch.ahead > week or length < SEVEN_DAYS
        pieces.append(WeekPiece(week, Shift(since, until, stretch.ahead), is_cut))
        week, since = week + length, until
    return pieces


def _sums_of_weeks(pieces: Sequence[WeekPiece], sums: Sequence[SummedPeriod]) -> dict[datetime, int | None]:
    """The sum within which each week lies with all its pieces; None if there is none."""
    by_week = groupby(sorted(pieces, key=attrgetter("week")), key=attrgetter("week"))
    return {week: _sum_of(list(of_week), sums) for week, of_week in by_week}


def _sum_of(pieces: Sequence[WeekPiece], sums: Sequence[SummedPeriod]) -> int | None:
    since, until = min(piece.shift.since for piece in pieces), max(piece.shift.until for piece in pieces)
    return next((each.id for each in sums if each.since <= since and until <= each.until), None)
