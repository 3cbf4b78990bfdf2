"""Store liked songs, saved albums and followed artists, including former ones."""

from collections.abc import Sequence
from datetime import datetime
from typing import Literal

import msgspec

from db.engine.connection import database, rows

Kind = Literal["song", "album", "artist"]
KEYS = "SELECT key FROM library_item WHERE account_id = %s AND kind = %s AND removed_at IS NULL"
SAVE = """
    INSERT INTO library_item AS known (account_id, kind, key, name, artist_name, names_key, tracks, added_at,
        first_read_at)
    SELECT %s, %s, saved.*, %s
    FROM unnest(%s::text[], %s::text[], %s::text[], %s::text[], %s::integer[], %s::timestamptz[])
        AS saved (key, name, artist_name, names_key, tracks, added_at)
    ON CONFLICT (account_id, kind, key) DO UPDATE SET name = excluded.name, artist_name = excluded.artist_name,
        names_key = excluded.names_key, tracks = excluded.tracks, added_at = excluded.added_at, removed_at = NULL
    WHERE (known.name, known.artist_name, known.tracks, known.added_at, known.removed_at)
        IS DISTINCT FROM (excluded.name, excluded.artist_name, excluded.tracks, excluded.added_at, NULL::timestamptz)
    RETURNING 1
"""
REMOVE = """
    UPDATE library_item SET removed_at = %s
    WHERE account_id = %s AND kind = %s AND removed_at IS NULL AND key <> ALL(%s)
"""


class LibraryEntry(msgspec.Struct, frozen=True):
    """`key` is the URI of a song, which listed_song describes, or Spotify's id of an album or artist.

    `names_key` is the key of an artist's name, or of an album's artist and name, as in an account's library.
    """

    key: str
    name: str | None = None
    artist_name: str | None = None
    names_key: str | None = None
    tracks: int | None = None
    added_at: datetime | None = None


def known_keys(account_id: int, kind: Kind) -> set[str]:
    return {key for (key,) in rows(KEYS, account_id, kind)}


def save_library(account_id: int, kind: Kind, entries: Sequence[LibraryEntry], now: datetime) -> bool:
    """Store all entries of a kind; returns whether any has changed. Runs in the caller's transaction."""
    unique = {entry.key: entry for entry in reversed(entries)}
    columns = [[getattr(entry, name) for entry in unique.values()] for name in LibraryEntry.__struct_fields__]
    changed = len(rows(SAVE, account_id, kind, now, *columns))
    return changed + int(database.execute_sql(REMOVE, (now, account_id, kind, list(unique))).rowcount) > 0
