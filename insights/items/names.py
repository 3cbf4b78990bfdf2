"""Tracks, artists and albums as an account knows them, by our ids."""

from collections.abc import Iterable
from dataclasses import dataclass

from msgspec import Struct

from db.engine.records import records
from insights.plays.tracks import COLUMNS, KnownTrack, TrackColumns, joins_of
from music import Artist

WANTED = "unnest(%(accounts)s::bigint[], %(ids)s::bigint[]) AS wanted (account_id, id)"
TRACKS = f"""
    SELECT track.id, {COLUMNS} FROM {WANTED} JOIN track ON track.id = wanted.id {joins_of("wanted.account_id")}
"""
# An artist known only by name may have a Spotify id in our own export; it is visible to the account that imported it.
ARTISTS = f"""
    SELECT artist.id, artist.name, coalesce(spotify_id, (
        SELECT facts -> 'artists' -> 0 ->> 'spotify_id' FROM account_track
        WHERE account_id = wanted.account_id AND account_track.artist_id = artist.id AND spotify_id IS NULL
            AND facts -> 'artists' -> 0 ->> 'name' = artist.name LIMIT 1)) AS spotify_id
    FROM {WANTED} JOIN artist ON artist.id = wanted.id
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
    """The tracks as the account knows them; those outside its library as everybody does."""
    return tracks_known_to((account_id, track_id) for track_id in ids)


def tracks_known_to(wanted: Iterable[tuple[int, int]]) -> dict[int, KnownTrack]:
    """The tracks of (account, track) pairs, each as that account knows it."""
    return {track.id: track.known_track() for track in records(TrackRecord, TRACKS, _wanted(wanted))}


def known_artists(account_id: int, ids: Iterable[int]) -> dict[int, Artist]:
    return artists_known_to((account_id, artist_id) for artist_id in ids)


def artists_known_to(wanted: Iterable[tuple[int, int]]) -> dict[int, Artist]:
    """The artists of (account, artist) pairs, each as that account knows it."""
    artists = records(ArtistRecord, ARTISTS, _wanted(wanted))
    return {artist.id: Artist(artist.name, artist.spotify_id) for artist in artists}


def _wanted(pairs: Iterable[tuple[int, int]]) -> dict[str, list[int]]:
    wanted = list(pairs)
    return {"accounts": [account_id for account_id, _ in wanted], "ids": [item_id for _, item_id in wanted]}


def known_albums(account_id: int, ids: Iterable[int]) -> dict[int, KnownAlbum]:
    albums = records(AlbumRecord, ALBUMS, {"account_id": account_id, "ids": list(ids)})
    return {album.id: _known_album(album) for album in albums}


def _known_album(album: AlbumRecord) -> KnownAlbum:
    artist = None if album.artist_name is None else Artist(album.artist_name, album.artist_spotify_id)
    return KnownAlbum(album.name, artist, album.image_url, album.spotify_id)
