"""Obsessions: the tracks that took over whole weeks, each as long as it lasted."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any, NamedTuple

from db.connection import rows
from insights.periods import WEEKDAYS
from insights.scope import Scope
from insights.shifts import Shift
from insights.songs import heard_tracks, shown_as
from insights.sources import by_quarter, each_play_within
from insights.tracks import COLUMNS, JOINS, KnownTrack, known_track

MONDAY = datetime(1900, 1, 1, tzinfo=UTC)  # before every play
SEVEN_DAYS = timedelta(days=7)
WEEK = "date_bin('7 days', local, %(first_week)s::timestamptz)"

# One week after the other, as the index has them: the tracks of a week are few, those of all weeks would not fit into
# the memory of one sort or hash. What has too few plays in a week goes at once, unless more of the same song come
# from its other tracks, or from the rest of a week that is cut.
WEEKLY = f"""
    SELECT piece.week, track_id, heard.plays, heard.ms
    FROM unnest(%(week)s::timestamptz[], %(week_since)s::timestamptz[], %(week_until)s::timestamptz[],
                %(week_is_cut)s::boolean[]) AS piece (week, since, until, is_cut)
    CROSS JOIN LATERAL (
        SELECT track_id, count(*) AS plays, sum(ms) AS ms
        FROM ({each_play_within("since", "until")}) each_play
        GROUP BY track_id
    ) heard
    WHERE heard.plays >= %(min_plays)s OR is_cut OR track_id IN (SELECT track_id FROM own_track WHERE tracks > 1)
"""

# A song can only win a week if it has enough plays in all. It stands in the list as its track that was heard most in
# the period. Consecutive weeks of a song, less their place among all its weeks, give one and the same date.
OBSESSIONS = f"""
    WITH heard AS MATERIALIZED ({heard_tracks()}), song AS MATERIALIZED (
        SELECT song_id, min(song_name) AS name, count(*) AS tracks FROM heard
        GROUP BY song_id HAVING sum(plays) >= %(min_plays)s
    ), own_track AS MATERIALIZED (
        SELECT track_id, song_id, name, tracks FROM heard JOIN song USING (song_id)
    ), weekly AS (
        SELECT {WEEK} AS week, sum(plays) AS plays FROM ({by_quarter()}) quarter GROUP BY 1
    ), counted AS (
        SELECT week, song_id, name, sum(plays)::bigint AS plays, sum(ms) AS ms
        FROM ({WEEKLY}) heard JOIN own_track USING (track_id) GROUP BY 1, 2, 3 HAVING sum(plays) >= %(min_plays)s
    ), won AS (
        SELECT DISTINCT ON (week) week::date AS week, song_id, counted.plays, weekly.plays AS all_plays
        FROM counted JOIN weekly USING (week) WHERE counted.plays * 100 >= weekly.plays * %(min_share)s
        ORDER BY week, counted.plays DESC, ms DESC, name, song_id
    ), placed AS (
        SELECT *, week - 7 * (row_number() OVER (PARTITION BY song_id ORDER BY week))::int AS run FROM won
    ), obsession AS (
        SELECT song_id, min(week) AS first, max(week) AS last, count(*) AS weeks, sum(plays)::bigint AS plays,
               sum(all_plays)::bigint AS all_plays, count(*) OVER () AS total
        FROM placed GROUP BY song_id, run ORDER BY last DESC LIMIT %(limit)s
    ), shown AS ({shown_as("obsession")})
    SELECT total, shown.track_id, first, last, weeks, plays, all_plays, {COLUMNS}
    FROM obsession JOIN shown USING (song_id) JOIN track ON track.id = shown.track_id {JOINS} ORDER BY last DESC
"""


class WeekPiece(NamedTuple):
    """Since when until when the listener's clock showed one week (by its first day, to be read as UTC). A week
    `is_cut` where the clock was changed in it.
    """

    week: datetime
    since: datetime
    until: datetime
    is_cut: bool


@dataclass(frozen=True, slots=True)
class Obsession:
    """The weeks in a row that a track won: the days on which the first and the last of them began, how many they were,
    its plays in them and their `share` of all plays in them (0 to 1).
    """

    id: int
    track: KnownTrack
    first_week: date
    last_week: date
    weeks: int
    plays: int
    share: float


@dataclass(frozen=True, slots=True)
class Obsessions:
    """`total` is how many there are in all."""

    total: int
    obsessions: tuple[Obsession, ...]


def obsessions(scope: Scope, min_plays: int, min_share: int, limit: int) -> Obsessions:
    """The newest `limit`, of weeks in which the track with the most plays had `min_plays` or more, and `min_share`
    percent of all plays or more; one query, and one for the bounds.

    Of songs with equal plays the one heard longer wins, then the one whose name comes first.
    """
    first_week = MONDAY + timedelta(days=WEEKDAYS.index(scope.week_starts))
    values = scope.local_values()
    columns: list[Any] = [values[name] for name in Shift._fields]
    asked = {"first_week": first_week, "min_plays": min_plays, "min_share": min_share, "limit": limit}
    found = rows(OBSESSIONS, **values, **_weeks(list(map(Shift, *columns)), first_week), **asked)
    return Obsessions(found[0][0] if found else 0, tuple(_obsession(columns) for columns in found))


def _obsession(columns: tuple[Any, ...]) -> Obsession:
    _, track_id, first, last, weeks, plays, all_plays, *track = columns
    return Obsession(track_id, known_track(*track), first, last, weeks, plays, plays / all_plays)


def _weeks(stretches: Sequence[Shift], first_week: datetime) -> dict[str, object]:
    """The weeks that the stretches of the listener's clock lie in, piece by piece."""
    pieces = [piece for stretch in stretches for piece in _pieces(stretch, first_week)]
    return {
        "week": [piece.week for piece in pieces],
        "week_since": [piece.since for piece in pieces],
        "week_until": [piece.until for piece in pieces],
        "week_is_cut": [piece.is_cut for piece in pieces],
    }


def _pieces(stretch: Shift, first_week: datetime) -> list[WeekPiece]:
    found, since = list[WeekPiece](), stretch.since
    week = since + stretch.ahead - (since + stretch.ahead - first_week) % SEVEN_DAYS
    while since < stretch.until:
        following = week + SEVEN_DAYS
        until = min(following - stretch.ahead, stretch.until)
        is_cut = since + stretch.ahead > week or until + stretch.ahead < following
        found.append(WeekPiece(week, since, until, is_cut))
        week, since = following, until
    return found
