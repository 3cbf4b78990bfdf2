"""Keys of names, by which spellings of one name are told to be one: worked out here, because PostgreSQL cannot."""

from collections.abc import Callable, Iterable, Sequence

from db.engine.connection import database, rows
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


def fill_missing_keys() -> None:
    """Of all that was reported before there were keys."""
    for table in ("reported_track", "track_name"):
        _fill(table, "true")


def fill_keys_of_names(track_ids: Sequence[int]) -> None:
    """Of what Spotify's API has just called these tracks."""
    _fill("track_name", "track_id = ANY(%(tracks)s)", tracks=list(track_ids))


def _fill(table: str, of_which: str, **values: object) -> None:
    names = rows(MISSING.format(table, of_which), **values, nothing=None)
    if names:
        titles, artists = ([pair[place] for pair in names] for place in (0, 1))
        values |= {"names": titles, "artists": artists, "title_keys": keys_of(titles), "artist_keys": keys_of(artists)}
        database.execute_sql(FILL.format(table, of_which), values)


def keys_of(names: Iterable[str | None], key: Callable[[str], str] = name_key) -> list[str]:
    """A key each; empty for no name."""
    return [key(name) if name else "" for name in names]


def credits_key(artists: Iterable[str]) -> str | None:
    """One key for several artists, in whatever order they are named; None for none."""
    return "\x1f".join(sorted({name_key(artist) for artist in artists})) or None
