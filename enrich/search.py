"""How Spotify is searched for an artist, and a track that it tells of as the cache keeps it."""

from typing import Any

from music import Track


def by_artist(name: str) -> str:
    """The query for what an artist made."""
    quoted = name.replace('"', " ")
    return f'artist:"{quoted}"'


def as_cached(track: Track) -> dict[str, Any]:
    """As recommend/proposals/payloads.py reads it; `track` has an artist."""
    return {
        "name": track.name,
        "artist": track.artists[0].name,
        "album": track.album.name if track.album else None,
        "uri": track.uri,
    }
