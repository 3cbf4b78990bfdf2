"""Genres that were heard for the first time ever."""

from datetime import datetime

from msgspec import Struct

from db.engine.records import records
from insights.answers.periods import BEGINNING
from insights.plays.adding_up import all_ms, all_plays
from insights.plays.scope import Scope
from insights.plays.sources import by_track

# Counts everything until the end of the period, because a genre that was heard before it is not new.
NEW_GENRES = f"""
    WITH heard AS MATERIALIZED ({by_track("ever_", of_many=True)}), found AS MATERIALIZED (
        SELECT genre_id, name, plays, ms, discovered_at, last_played_at, count(*) OVER () AS total
        FROM (
            SELECT genre_id, {all_plays()} AS plays, {all_ms()} AS ms, min(first_played_at) AS discovered_at,
                   max(last_played_at) AS last_played_at
            FROM heard JOIN track_genre USING (track_id)
            GROUP BY genre_id HAVING min(first_played_at) >= %(start)s AND sum(plays::int) >= %(min_plays)s
        ) counted JOIN genre ON genre.id = genre_id
        ORDER BY discovered_at DESC, name COLLATE "C" LIMIT %(limit)s
    )
    SELECT name AS genre, found.plays, found.ms, discovered_at, found.last_played_at, total,
           min(track_id) AS track_id
    FROM heard JOIN track_genre USING (track_id) JOIN found USING (genre_id)
    WHERE first_played_at = discovered_at
    GROUP BY name, found.plays, found.ms, discovered_at, found.last_played_at, total
    ORDER BY discovered_at DESC, name COLLATE "C"
"""


class NewGenreRecord(Struct, frozen=True):
    """A genre, with the first of its tracks that was played; `total` counts all, including those not listed."""

    genre: str
    plays: int
    ms: int
    discovered_at: datetime
    last_played_at: datetime
    track_id: int
    total: int


def new_genres(scope: Scope, min_plays: int, limit: int) -> list[NewGenreRecord]:
    """The latest first. One query."""
    values = scope.during(BEGINNING, scope.period.end).values("ever_")
    more = {"start": scope.period.start, "min_plays": min_plays, "limit": limit}
    return records(NewGenreRecord, NEW_GENRES, values | more)
