"""The names of tracks, artists and albums, by our numbers of them, as an account knows them."""

from collections.abc import Iterable
from dataclasses import dataclass

from db.connection import rows
from insights.tracks import COLUMNS, JOINS, KnownTrack, known_track
from music import Artist

TRACKS = f"SELECT track.id, {COLUMNS} FROM track {JOINS} WHERE track.id = ANY(%(ids)s)"
# Who is known by name only may have an id of Spotify's in our own export, which belongs to who imported it.
ARTISTS = """
    SELECT id, artist.name, coalesce(spotify_id, (
        SELECT facts #>> '{artists,0,spotify_id}' FROM account_track
        WHERE account_id = %(account_id)s AND account_track.artist_id = artist.id AND spotify_id IS NULL
            AND facts #>> '{artists,0,name}' = artist.name LIMIT 1))
    FROM artist WHERE id = ANY(%(ids)s)
"""
ALBUMS = """
    SELECT album.id, album.name, artist.name, coalesce(artist.spotify_id, facts #>> '{artists,0,spotify_id}'),
           coalesce(image_url, facts ->> 'image_url'), coalesce(album.spotify_id, facts ->> 'spotify_id')
    FROM album LEFT JOIN artist ON artist.id = artist_id LEFT JOIN LATERAL (
        SELECT facts -> 'album' AS facts FROM account_track
        WHERE account_id = %(account_id)s AND account_track.album_id = album.id AND album.spotify_id IS NULL
            AND facts #>> '{album,name}' = album.name LIMIT 1
    ) own ON true
    WHERE album.id = ANY(%(ids)s)
"""


@dataclass(frozen=True, slots=True)
class KnownAlbum:
    name: str
    artist: Artist | None
    image_url: str | None
    spotify_id: str | None


def known_tracks(account_id: int, ids: Iterable[int]) -> dict[int, KnownTrack]:
    """As the account knows them; those outside of its library as everybody does."""
    found = rows(TRACKS, account_id=account_id, ids=list(ids))
    return {track_id: known_track(*columns) for track_id, *columns in found}


def known_artists(account_id: int, ids: Iterable[int]) -> dict[int, Artist]:
    found = rows(ARTISTS, account_id=account_id, ids=list(ids))
    return {artist_id: Artist(*columns) for artist_id, *columns in found}


def known_albums(account_id: int, ids: Iterable[int]) -> dict[int, KnownAlbum]:
    found = rows(ALBUMS, account_id=account_id, ids=list(ids))
    return {
        album_id: KnownAlbum(name, Artist(artist, artist_id) if artist is not None else None, image, spotify_id)
        for album_id, name, artist, artist_id, image, spotify_id in found
    }
