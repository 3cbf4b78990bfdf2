"""The genres and the year of a track, an album or an artist, from those of its tracks."""

from msgspec import Struct

from db.engine.connection import row
from db.engine.records import records
from insights.items.lookup import TRACKS

MOST_GENRES = 5
# Every track of it with genres counts the same.
GENRES = """
    WITH own AS MATERIALIZED ({tracks})
    SELECT name AS genre, sum(share::float8) / (
               SELECT count(*) FROM own WHERE EXISTS (SELECT FROM track_genre known WHERE known.track_id = own.track_id)
           ) AS share
    FROM own JOIN track_genre USING (track_id) JOIN genre ON genre.id = genre_id
    GROUP BY name ORDER BY round(sum(share::float8)::numeric, 4) DESC, name COLLATE "C" LIMIT %(limit)s
"""
YEAR = "SELECT min(year) FROM ({tracks}) own JOIN track_year USING (track_id)"


class GenreOfItem(Struct, frozen=True):
    genre: str
    share: float


def genres_of(account_id: int, kind: str, item_id: int) -> list[GenreOfItem]:
    """The largest share first. One query."""
    values = {"account_id": account_id, "id": item_id, "limit": MOST_GENRES}
    return records(GenreOfItem, GENRES.format(tracks=TRACKS[kind]), values)


def year_of(account_id: int, kind: str, item_id: int) -> int | None:
    """The earliest year of its tracks; None if none is known. One query."""
    (year,) = row(YEAR.format(tracks=TRACKS[kind]), account_id=account_id, id=item_id) or (None,)
    return None if year is None else int(year)
