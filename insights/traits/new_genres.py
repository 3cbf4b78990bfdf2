"""Genres that were heard for the first time ever."""

from datetime import datetime

from msgspec import Struct

from db.engine.records import records
from insights.answers.periods import BEGINNING
from insights.items.songs import heard_tracks
from insights.plays.adding_up import all_ms, all_plays
from insights.plays.scope import Scope

# Everything until the period ends is counted, for what was heard before it is not new.
NEW_GENRES = f"""
    SELECT name AS genre, plays, ms, songs, discovered_at, last_played_at, track_id, count(*) OVER () AS total
    FROM (
        SELECT genre_id, {all_plays()} AS plays, {all_ms()} AS ms, count(DISTINCT song_id) AS songs,
               min(first_played_at) AS discovered_at, max(last_played_at) AS last_played_at,
               (array_agg(track_id ORDER BY first_played_at, song_name, track_id))[1] AS track_id
        FROM ({heard_tracks("ever_", of_many=True)}) heard JOIN track_genre USING (track_id)
        GROUP BY genre_id HAVING min(first_played_at) >= %(start)s AND sum(plays) >= %(min_plays)s
    ) found JOIN genre ON genre.id = genre_id
    ORDER BY discovered_at DESC, name COLLATE "C" LIMIT %(limit)s
"""


class NewGenreRecord(Struct, frozen=True):
    """A genre, with the first of its tracks that was played; `total` counts all, including those not listed."""

    genre: str
    plays: int
    ms: int
    songs: int
    discovered_at: datetime
    last_played_at: datetime
    track_id: int
    total: int


def new_genres(scope: Scope, min_plays: int, limit: int) -> list[NewGenreRecord]:
    """The latest first. One query."""
    values = scope.during(BEGINNING, scope.period.end).values("ever_")
    more = {"start": scope.period.start, "min_plays": min_plays, "limit": limit}
    return records(NewGenreRecord, NEW_GENRES, values | more)
