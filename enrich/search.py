"""Spotify search queries, and Spotify tracks in the form that the cache keeps."""

from typing import Any

from music import Track


def by_artist(name: str) -> str:
    """The search query for an artist's tracks."""
    quoted = name.replace('"', " ")
    return f'artist:"{quoted}"'


def as_cached(track: Track) -> dict[str, Any]:
    """The track in the form that recommend/proposals/payloads.py reads; it must have an artist."""
    return {
        "name": track.name,
        "artist": track.artists[0].name,
        "album": track.album.name if track.album else None,
        "uri": track.uri,
    }
