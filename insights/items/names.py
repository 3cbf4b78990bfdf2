"""Tracks, artists and albums as an account knows them, by our ids."""

from collections.abc import Iterable
from dataclasses import dataclass

from msgspec import Struct

from db.engine.records import records
from insights.plays.tracks import COLUMNS, KnownTrack, TrackColumns, joins_of
from music import Artist

TRACKS = f"""
    SELECT track.id, {COLUMNS} FROM track {joins_of("%(account)s")} WHERE track.id = ANY(%(ids)s)
"""
# An artist known only by name may have a Spotify id in our own export; it is visible to the account that imported it.
ARTISTS = """
    SELECT artist.id, artist.name, coalesce(spotify_id, (
        SELECT facts -> 'artists' -> 0 ->> 'spotify_id' FROM account_track
        WHERE account_id = %(account)s AND account_track.artist_id = artist.id AND spotify_id IS NULL
            AND facts -> 'artists' -> 0 ->> 'name' = artist.name LIMIT 1)) AS spotify_id
    FROM artist WHERE artist.id = ANY(%(ids)s)
"""
ALBUMS = """
    SELECT album.id, album.name, artist.name AS artist_name,
           coalesce(artist.spotify_id, facts #>> '{artists,0,spotify_id}') AS artist_spotify_id,
           coalesce(image_url, facts ->> 'image_url') AS image_url,
           coalesce(album.spotify_id, facts ->> 'spotify_id') AS spotify_id
    FROM album LEFT JOIN artist ON artist.id = artist_id LEFT JOIN LATERAL (
        SELECT facts -> 'album' AS facts FROM account_track
        WHERE account_id = %(account_id)s AND account_track.album_id = album.id AND album.spotify_id IS NULL
            AND facts #>> '{album,name}' = album.name LIMIT 1
    ) own ON true
    WHERE album.id = ANY(%(ids)s)
"""


class TrackRecord(TrackColumns, frozen=True):
    id: int


class ArtistRecord(Struct, frozen=True):
    id: int
    name: str
    spotify_id: str | None


class AlbumRecord(Struct, frozen=True):
    id: int
    name: str
    artist_name: str | None
    artist_spotify_id: str | None
    image_url: str | None
    spotify_id: str | None


@dataclass(frozen=True, slots=True)
class KnownAlbum:
    name: str
    artist: Artist | None
    image_url: str | None
    spotify_id: str | None


def known_tracks(account_id: int, ids: Iterable[int]) -> dict[int, KnownTrack]:
    """The tracks as the account knows them; those outside its library as all accounts do."""
    tracks = records(TrackRecord, TRACKS, {"account": account_id, "ids": list(ids)})
    return {track.id: track.known_track() for track in tracks}


def tracks_known_to(wanted: Iterable[tuple[int, int]]) -> dict[int, KnownTrack]:
    """The tracks of (account, track) pairs, each as that account knows it."""
    return {key: track for account, ids in _by_account(wanted) for key, track in known_tracks(account, ids).items()}


def known_artists(account_id: int, ids: Iterable[int]) -> dict[int, Artist]:
    artists = records(ArtistRecord, ARTISTS, {"account": account_id, "ids": list(ids)})
    return {artist.id: Artist(artist.name, artist.spotify_id) for artist in artists}


def artists_known_to(wanted: Iterable[tuple[int, int]]) -> dict[int, Artist]:
    """The artists of (account, artist) pairs, each as that account knows it."""
    return {key: artist for account, ids in _by_account(wanted) for key, artist in known_artists(account, ids).items()}


def _by_account(pairs: Iterable[tuple[int, int]]) -> Iterable[tuple[int, list[int]]]:
    """One query for each account, because on a cluster each account is on one node."""
    ids: dict[int, list[int]] = {}
    for account_id, item_id in pairs:
        ids.setdefault(account_id, []).append(item_id)
    return ids.items()


def known_albums(account_id: int, ids: Iterable[int]) -> dict[int, KnownAlbum]:
    albums = records(AlbumRecord, ALBUMS, {"account_id": account_id, "ids": list(ids)})
    return {album.id: _known_album(album) for album in albums}


def _known_album(album: AlbumRecord) -> KnownAlbum:
    artist = None if album.artist_name is None else Artist(album.artist_name, album.artist_spotify_id)
    return KnownAlbum(album.name, artist, album.image_url, album.spotify_id)
