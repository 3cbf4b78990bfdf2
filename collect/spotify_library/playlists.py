"""Read an account's playlists: one call lists fifty of them, and only those that changed are read item by item."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from collect.spotify_library.changes import item_changes
from db.engine.connection import database
from db.people.accounts import bump_data_version
from db.spotify_library.playlists import (
    KnownPlaylist,
    PlaylistRow,
    change_items,
    known_playlists,
    list_playlists,
    stored_items,
)
from db.spotify_library.songs import Playability, forget_unlisted_songs, save_songs
from spotify.client import SpotifyClient
from spotify.errors import NotFound
from spotify.library import own_playlists, playlist_items
from spotify.library_reading import ListedItem, ListedPlaylist

# A song can leave the catalogue without the playlist's snapshot changing, so each is read again after so long.
AGAIN = timedelta(days=7)


def playlists_to_read(
    account_id: int, listener_id: str | None, client: SpotifyClient, now: datetime
) -> list[ListedPlaylist]:
    """List the playlists that the listener owns or may add to, and return those whose items have to be read."""
    readable = [each for each in own_playlists(client) if each.collaborative or each.owner_id == listener_id]
    unique = {each.spotify_id: each for each in readable}
    with database.atomic():
        if list_playlists(account_id, list(_rows(unique.values())), now):
            bump_data_version(account_id)
    known = known_playlists(account_id)
    changed = [each for each in unique.values() if _is_due(known[each.spotify_id], each, now)]
    return sorted(changed, key=lambda each: known[each.spotify_id].snapshot_id == each.snapshot_id)


def _rows(playlists: Iterable[ListedPlaylist]) -> Iterable[PlaylistRow]:
    for place, each in enumerate(playlists):
        owner = (each.owner_id, each.owner_name)
        yield PlaylistRow(each.spotify_id, each.name, *owner, each.collaborative, each.is_public, place)


def _is_due(known: KnownPlaylist, listed: ListedPlaylist, now: datetime) -> bool:
    if known.snapshot_id != listed.snapshot_id or known.items_read_at is None:
        return True
    return not now - AGAIN < known.items_read_at <= now


def read_playlist(
    account_id: int, listed: ListedPlaylist, client: SpotifyClient, market: str | None, now: datetime
) -> None:
    """Read all items of a playlist, and store them in one transaction."""
    try:
        items = playlist_items(client, listed.spotify_id, market)
    except NotFound:  # deleted since it was listed; the next list does not have it
        return
    with database.atomic():
        save_listed_songs(account_id, items, now)
        changes = item_changes(stored_items(account_id, listed.spotify_id), items)
        change_items(account_id, listed.spotify_id, changes, listed.snapshot_id, now)
        forget_unlisted_songs(account_id)
        bump_data_version(account_id)


def save_listed_songs(account_id: int, items: Iterable[ListedItem], now: datetime) -> None:
    """Save the listed music, including local files and episodes, although Spotify does not say whether they play."""
    songs = {item.track: Playability(item.playable, item.restriction) for item in items if item.track}
    save_songs(account_id, songs, now)
