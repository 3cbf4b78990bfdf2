"""Store a listener's playlists, and the items of each, including removed ones."""

from collections.abc import Sequence
from datetime import datetime

import msgspec

from db.engine.connection import database, rows
from db.engine.records import records

KNOWN = "SELECT spotify_id, snapshot_id, items_read_at FROM listener_playlist WHERE account_id = %s"
# A playlist that comes back is the same one.
LIST = """
    INSERT INTO listener_playlist AS known
        (account_id, spotify_id, name, owner_id, owner_name, collaborative, is_public, place, first_read_at)
    SELECT %s, listed.*, %s FROM unnest(%s::text[], %s::text[], %s::text[], %s::text[], %s::boolean[], %s::boolean[],
        %s::integer[]) AS listed (spotify_id, name, owner_id, owner_name, collaborative, is_public, place)
    ON CONFLICT (account_id, spotify_id) DO UPDATE SET name = excluded.name, owner_id = excluded.owner_id,
        owner_name = excluded.owner_name, collaborative = excluded.collaborative, is_public = excluded.is_public,
        place = excluded.place, gone_at = NULL
    WHERE (known.name, known.owner_id, known.owner_name, known.collaborative, known.is_public, known.place,
            known.gone_at)
        IS DISTINCT FROM (excluded.name, excluded.owner_id, excluded.owner_name, excluded.collaborative,
            excluded.is_public, excluded.place, NULL::timestamptz)
    RETURNING 1
"""
GONE = """
    UPDATE listener_playlist SET gone_at = %s WHERE account_id = %s AND gone_at IS NULL AND spotify_id <> ALL(%s)
"""
ITEMS = """
    SELECT item.id, place, item.uri, added_at, added_by, gone_since, isrc, title_key, artist_key
    FROM playlist_item item LEFT JOIN listed_song song ON song.account_id = item.account_id AND song.uri = item.uri
    WHERE item.account_id = %s AND playlist_id = %s AND removed_at IS NULL ORDER BY place, item.id
"""
KEEP = """
    UPDATE playlist_item item SET place = kept.place, uri = kept.uri,
        gone_since = CASE WHEN kept.is_gone THEN coalesce(item.gone_since, %s) END
    FROM unnest(%s::bigint[], %s::integer[], %s::text[], %s::boolean[]) AS kept (id, place, uri, is_gone)
    WHERE account_id = %s AND item.id = kept.id
        AND (item.place, item.uri, item.gone_since IS NOT NULL) IS DISTINCT FROM (kept.place, kept.uri, kept.is_gone)
"""
ADD = """
    INSERT INTO playlist_item (account_id, playlist_id, place, uri, added_at, added_by, first_read_at, gone_since)
    SELECT %s, %s, place, uri, added_at, added_by, %s, CASE WHEN uri IS NULL THEN %s::timestamptz END
    FROM unnest(%s::integer[], %s::text[], %s::timestamptz[], %s::text[]) AS added (place, uri, added_at, added_by)
    ORDER BY place
"""
REMOVE = "UPDATE playlist_item SET removed_at = %s WHERE account_id = %s AND id = ANY(%s)"
READ = """
    UPDATE listener_playlist SET snapshot_id = %s, items_read_at = %s WHERE account_id = %s AND spotify_id = %s
"""


class KnownPlaylist(msgspec.Struct, frozen=True):
    """What is stored of a playlist: the snapshot of its items, None if they were never read."""

    spotify_id: str
    snapshot_id: str | None
    items_read_at: datetime | None


class StoredItem(msgspec.Struct, frozen=True):
    """A place in a playlist that is not removed; `uri` is None if it was never known."""

    id: int
    place: int
    uri: str | None
    added_at: datetime | None
    added_by: str | None
    gone_since: datetime | None
    isrc: str | None
    title_key: str | None
    artist_key: str | None


class PlaylistRow(msgspec.Struct, frozen=True):
    """A playlist as Spotify lists it; `place` is in the listener's order."""

    spotify_id: str
    name: str
    owner_id: str
    owner_name: str | None
    collaborative: bool
    is_public: bool | None
    place: int


class KeptItem(msgspec.Struct, frozen=True):
    """A stored item where it is now; `is_gone`: Spotify lists its place without the song."""

    id: int
    place: int
    uri: str | None
    is_gone: bool


class AddedItem(msgspec.Struct, frozen=True):
    place: int
    uri: str | None
    added_at: datetime | None
    added_by: str | None


class ItemChanges(msgspec.Struct, frozen=True):
    """What to store of a playlist that was read; `removed` are the ids of items that are no longer in it."""

    kept: Sequence[KeptItem]
    added: Sequence[AddedItem]
    removed: Sequence[int]


def known_playlists(account_id: int) -> dict[str, KnownPlaylist]:
    """The stored playlists by Spotify's id, including those that are gone."""
    return {each.spotify_id: each for each in records(KnownPlaylist, KNOWN, (account_id,))}


def list_playlists(account_id: int, playlists: Sequence[PlaylistRow], now: datetime) -> bool:
    """Store which playlists there are; returns whether that has changed. Runs in the caller's transaction."""
    changed = len(rows(LIST, account_id, now, *_columns(playlists, PlaylistRow)))
    ids = [each.spotify_id for each in playlists]
    return changed + int(database.execute_sql(GONE, (now, account_id, ids)).rowcount) > 0


def stored_items(account_id: int, playlist_id: str) -> list[StoredItem]:
    """The items of a playlist in order, without removed ones."""
    return records(StoredItem, ITEMS, (account_id, playlist_id))


def change_items(account_id: int, playlist_id: str, changes: ItemChanges, snapshot_id: str, now: datetime) -> None:
    """Store the items of a snapshot. Runs in the caller's transaction."""
    database.execute_sql(KEEP, (now, *_columns(changes.kept, KeptItem), account_id))
    database.execute_sql(ADD, (account_id, playlist_id, now, now, *_columns(changes.added, AddedItem)))
    database.execute_sql(REMOVE, (now, account_id, list(changes.removed)))
    database.execute_sql(READ, (snapshot_id, now, account_id, playlist_id))


def _columns(parts: Sequence[msgspec.Struct], kind: type[msgspec.Struct]) -> list[list[object]]:
    return [[getattr(part, name) for part in parts] for name in kind.__struct_fields__]
