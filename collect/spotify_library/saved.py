"""Read an account's liked songs, saved albums and followed artists, in full only if the newest have changed."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import TypeVar

from collect.spotify_library.playlists import save_listed_songs
from db.engine.connection import database
from db.people.accounts import bump_data_version
from db.spotify_library.saved import Kind, LibraryEntry, known_keys, save_library
from music import Artist, name_key
from spotify.client import SpotifyClient
from spotify.library import MOST_SAVED, Listed, followed_artists, liked_songs, saved_albums
from spotify.library_reading import ListedItem, SavedAlbum

T = TypeVar("T")


def read_library(
    account_id: int,
    client: SpotifyClient,
    market: str | None,
    now: datetime,
    totals: Mapping[str, int],
    *,
    is_whole: bool,
    most: int = MOST_SAVED,
) -> dict[str, int]:
    """Read what changed, or everything if `is_whole`; returns how many of each kind there are.

    `totals` are those of the previous reading. At most `most` liked songs are read, the newest.
    """
    read: dict[str, int] = {}
    songs = liked_songs(client, market)
    if is_whole or not _is_as_before(account_id, "song", songs, totals, _song):
        _save_songs(account_id, songs.all(most), now)
    read["song"] = songs.total
    albums = saved_albums(client)
    if is_whole or not _is_as_before(account_id, "album", albums, totals, _album):
        _save(account_id, "album", [_album(each) for each in albums.all()], now)
    read["album"] = albums.total
    artists = followed_artists(client)
    _save(account_id, "artist", [_artist(each) for each in artists], now)
    return {**read, "artist": len(artists)}


def _is_as_before(
    account_id: int, kind: Kind, listed: Listed[T], totals: Mapping[str, int], entry: Callable[[T], LibraryEntry | None]
) -> bool:
    newest = {known.key for each in listed.newest if (known := entry(each))}
    return totals.get(kind) == listed.total and newest <= known_keys(account_id, kind)


def _save_songs(account_id: int, items: Sequence[ListedItem], now: datetime) -> None:
    with database.atomic():
        save_listed_songs(account_id, items, now)
        bump_data_version(account_id)  # also for songs that can no longer be played
        save_library(account_id, "song", [entry for each in items if (entry := _song(each))], now)


def _save(account_id: int, kind: Kind, entries: Sequence[LibraryEntry], now: datetime) -> None:
    with database.atomic():
        if save_library(account_id, kind, entries, now):
            bump_data_version(account_id)


def _song(item: ListedItem) -> LibraryEntry | None:
    """The entry of a song; None if it has left the catalogue, because nobody knows what it was."""
    return LibraryEntry(item.track.uri, added_at=item.added_at) if item.track and item.track.uri else None


def _album(saved: SavedAlbum) -> LibraryEntry:
    artist = saved.album.artists[0].name if saved.album.artists else None
    name, key = saved.album.name, f"{name_key(artist or '')}\x1f{name_key(saved.album.name)}"
    return LibraryEntry(saved.spotify_id, name, artist, key, saved.tracks or None, saved.added_at)


def _artist(artist: Artist) -> LibraryEntry:
    return LibraryEntry(artist.spotify_id or "", artist.name, names_key=name_key(artist.name))
