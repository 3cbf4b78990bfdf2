"""The names of tracks, artists and albums, by our numbers of them."""

from collections.abc import Iterable
from dataclasses import dataclass

from db.connection import rows
from insights.tracks import COLUMNS, JOINS, KnownTrack, known_track
from music import Artist

TRACKS = f"SELECT track.id, {COLUMNS} FROM track {JOINS} WHERE track.id = ANY(%s)"
ARTISTS = "SELECT id, name, spotify_id FROM artist WHERE id = ANY(%s)"
ALBUMS = """
    SELECT album.id, album.name, artist.name, artist.spotify_id, image_url, album.spotify_id
    FROM album LEFT JOIN artist ON artist.id = artist_id WHERE album.id = ANY(%s)
"""


@dataclass(frozen=True, slots=True)
class KnownAlbum:
    name: str
    artist: Artist | None
    image_url: str | None
    spotify_id: str | None


def known_tracks(ids: Iterable[int]) -> dict[int, KnownTrack]:
    return {track_id: known_track(*columns) for track_id, *columns in rows(TRACKS, list(ids))}


def known_artists(ids: Iterable[int]) -> dict[int, Artist]:
    return {artist_id: Artist(*columns) for artist_id, *columns in rows(ARTISTS, list(ids))}


def known_albums(ids: Iterable[int]) -> dict[int, KnownAlbum]:
    return {
        album_id: KnownAlbum(name, Artist(artist, artist_id) if artist is not None else None, image, spotify_id)
        for album_id, name, artist, artist_id, image, spotify_id in rows(ALBUMS, list(ids))
    }
