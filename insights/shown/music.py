"""Tracks, artists and albums as every answer shows them, with their addresses at Spotify."""

import re
from functools import lru_cache
from typing import Annotated

from msgspec import Meta

import music
from insights.answers.values import Milliseconds, Part, Private, Safe, Text, says
from insights.items.names import KnownAlbum
from insights.plays.tracks import KnownTrack

TRACK_URI = re.compile(r"spotify:track:([0-9A-Za-z]{22})")
SPOTIFY_ID = re.compile(r"[0-9A-Za-z]{22}")
OPEN = "https://open.spotify.com"
# No link with totals only shows addresses, nor a song's length: they appear as soon as a new play reports them, even in
# answers about years that are long over, and so would reveal that a song is being heard right now.
Address = Annotated[str, Meta(extra_json_schema={"format": "uri"})]


class Artist(Part, frozen=True):
    name: Text
    url: Address | None


class AlbumOfTrack(Part, frozen=True):
    name: Text
    image_url: Address | None


class Track(Part, frozen=True):
    name: Annotated[Text | None, says("Null if only the URI was ever reported.")]
    uri: Annotated[Text | None, says("spotify:track:… or spotify:local:…; null if only names are known.")]
    url: Annotated[Address | None, says("On open.spotify.com, if it has a Spotify id.")]
    duration_ms: Private[Milliseconds | None]
    artists: Safe[tuple[Artist, ...]]
    album: Safe[AlbumOfTrack | None]


class ItemAlbum(Part, frozen=True):
    name: Text
    url: Address | None
    image_url: Address | None
    artist: Safe[Artist | None]


def shown_track(track: KnownTrack) -> Track:
    album = None if track.album_name is None else AlbumOfTrack(track.album_name, track.image_url)
    artists = tuple([_artist(artist.name, artist.spotify_id) for artist in track.artists])
    return Track(track.name, track.uri, track_url(track.uri), track.duration_ms, artists, album)


def shown_album(album: KnownAlbum) -> ItemAlbum:
    artist = shown_artist(album.artist) if album.artist else None
    return ItemAlbum(album.name, spotify_url("album", album.spotify_id), album.image_url, artist)


def shown_artist(artist: music.Artist) -> Artist:
    return _artist(artist.name, artist.spotify_id)


# Cached, because people hear the same artists again and again. By strings, because hashing an artist takes longer than
# everything else.
@lru_cache(4096)
def _artist(name: str, spotify_id: str | None) -> Artist:
    return Artist(name, spotify_url("artist", spotify_id))


@lru_cache(4096)
def track_url(uri: str | None) -> str | None:
    """Where Spotify shows the track with that URI; None for a local file."""
    track = TRACK_URI.fullmatch(uri or "")
    return f"{OPEN}/track/{track[1]}" if track else None


@lru_cache(4096)
def spotify_url(kind: str, spotify_id: str | None) -> str | None:
    """Where Spotify shows the artist or album with that id."""
    is_id = spotify_id is not None and SPOTIFY_ID.fullmatch(spotify_id)
    return f"{OPEN}/{kind}/{spotify_id}" if is_id else None
