"""Obsessions: the tracks that took over whole weeks, each as long as it lasted."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from db.connection import rows
from db.same_recording import RECORDING, RECORDING_JOINS
from insights.periods import WEEKDAYS
from insights.scope import Scope, by_quarter, by_track, each_local_play
from insights.tracks import COLUMNS, JOINS, KnownTrack, known_track

MONDAY = date(1900, 1, 1)  # before every play
WEEK = "date_bin('7 days', local, %(first_week)s::timestamptz)"

# A recording can only win a week if it has enough plays in all; the others are left out before plays are read, and the
# rest is counted by week once. It stands in the list as its track that was heard most in the period. Consecutive weeks
# of a recording, less their place among all its weeks, give one and the same date.
OBSESSIONS = f"""
    WITH known AS (
        SELECT track.id AS track_id, {RECORDING} AS recording, heard.plays
        FROM ({by_track()}) heard JOIN track ON track.id = heard.track_id {RECORDING_JOINS}
    ), keyed AS MATERIALIZED (
        SELECT track_id, recording, first_value(track_id) OVER each_recording AS shown_as
        FROM (SELECT *, sum(plays) OVER (PARTITION BY recording) AS all_plays FROM known) known
        WHERE all_plays >= %(min_plays)s
        WINDOW each_recording AS (PARTITION BY recording ORDER BY plays DESC, track_id)
    ), weekly AS (
        SELECT {WEEK} AS week, sum(plays) AS plays FROM ({by_quarter()}) quarter GROUP BY 1
    ), counted AS (
        SELECT {WEEK} AS week, recording, shown_as, count(*) AS plays, sum(ms) AS ms
        FROM ({each_local_play()}) heard JOIN keyed USING (track_id) GROUP BY 1, 2, 3 HAVING count(*) >= %(min_plays)s
    ), won AS (
        SELECT DISTINCT ON (week) week::date AS week, recording, shown_as, counted.plays, weekly.plays AS all_plays
        FROM counted JOIN weekly USING (week) WHERE counted.plays * 100 >= weekly.plays * %(min_share)s
        ORDER BY week, counted.plays DESC, ms DESC, recording
    ), placed AS (
        SELECT *, week - 7 * (row_number() OVER (PARTITION BY recording ORDER BY week))::int AS run FROM won
    ), obsession AS (
        SELECT shown_as, min(week) AS first, max(week) AS last, count(*) AS weeks, sum(plays)::bigint AS plays,
               sum(all_plays)::bigint AS all_plays, count(*) OVER () AS total
        FROM placed GROUP BY recording, shown_as, run ORDER BY last DESC LIMIT %(limit)s
    )
    SELECT total, shown_as, first, last, weeks, plays, all_plays, {COLUMNS}
    FROM obsession JOIN track ON track.id = shown_as {JOINS} ORDER BY last DESC
"""


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

    Of tracks with equal plays the one heard longer wins, then the one with the lowest recording key.
    """
    first_week = MONDAY + timedelta(days=WEEKDAYS.index(scope.week_starts))
    found = rows(
        OBSESSIONS,
        **scope.local_values(),
        first_week=first_week,
        min_plays=min_plays,
        min_share=min_share,
        limit=limit,
    )
    return Obsessions(found[0][0] if found else 0, tuple(_obsession(columns) for columns in found))


def _obsession(columns: tuple[Any, ...]) -> Obsession:
    _, track_id, first, last, weeks, plays, all_plays, *track = columns
    return Obsession(track_id, known_track(*track), first, last, weeks, plays, plays / all_plays)
