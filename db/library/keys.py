"""Keys of names, equal for all spellings of a name; computed here, because PostgreSQL cannot."""

from collections.abc import Callable, Iterable, Sequence

import msgspec

from db.engine.connection import database
from db.engine.records import records
from music import name_key

MISSING = """
    SELECT DISTINCT name, artist_name FROM {0} WHERE title_key IS NULL AND artist_key IS NULL AND {1}
        AND num_nonnulls(name, artist_name) > 0
"""
FILL = """
    UPDATE {0} SET title_key = keyed.title_key, artist_key = keyed.artist_key
    FROM unnest(%(names)s::text[], %(artists)s::text[], %(title_keys)s::text[], %(artist_keys)s::text[])
        AS keyed (name, artist_name, title_key, artist_key)
    WHERE {0}.title_key IS NULL AND {0}.artist_key IS NULL AND {1}
      AND {0}.name IS NOT DISTINCT FROM keyed.name AND {0}.artist_name IS NOT DISTINCT FROM keyed.artist_name
"""


class _Names(msgspec.Struct, frozen=True):
    name: str | None
    artist_name: str | None


def fill_missing_keys() -> None:
    """Add keys to names that were stored before there were keys."""
    for table in ("reported_track", "track_name"):
        _fill(table, "true")


def fill_keys_of_names(track_ids: Sequence[int]) -> None:
    """Add keys to the names that Spotify's API has just reported for these tracks."""
    _fill("track_name", "track_id = ANY(%(tracks)s)", tracks=list(track_ids))


def _fill(table: str, condition: str, **values: object) -> None:
    names = records(_Names, MISSING.format(table, condition), values | {"nothing": None})
    if names:
        titles, artists = [track.name for track in names], [track.artist_name for track in names]
        values |= {"names": titles, "artists": artists, "title_keys": keys_of(titles), "artist_keys": keys_of(artists)}
        database.execute_sql(FILL.format(table, condition), values)


def keys_of(names: Iterable[str | None], key: Callable[[str], str] = name_key) -> list[str]:
    """The key of each name; empty for a missing name."""
    return [key(name) if name else "" for name in names]


def credits_key(artists: Iterable[str]) -> str | None:
    """One key for several artists in any order; None for none."""
    return "\x1f".join(sorted({name_key(artist) for artist in artists})) or None
