"""The rows of insights/ as the JSON of every answer: times are RFC 3339 in UTC, to the millisecond."""

import re
from datetime import UTC, datetime
from functools import lru_cache

from insights.accounts import KnownAccount
from insights.counts import Counts
from insights.tracks import KnownTrack
from music import Artist

TRACK_URI = re.compile(r"spotify:track:([0-9A-Za-z]{22})")
SPOTIFY_ID = re.compile(r"[0-9A-Za-z]{22}")
OPEN = "https://open.spotify.com"


def utc(instant: datetime) -> str:
    """As in 2026-11-20T17:30:00.000Z."""
    return f"{instant.astimezone(UTC).isoformat(timespec='milliseconds')[:-6]}Z"  # without +00:00


def maybe_utc(instant: datetime | None) -> str | None:
    return utc(instant) if instant is not None else None


def track_shape(track: KnownTrack) -> dict[str, object]:
    album = {"name": track.album_name, "image_url": track.image_url}
    return {
        "name": track.name,
        "uri": track.uri,
        "url": track_url(track.uri),
        "duration_ms": track.duration_ms,
        "artists": [artist_shape(artist) for artist in track.artists],
        "album": album if track.album_name is not None else None,
    }


def artist_shape(artist: Artist) -> dict[str, object]:
    return {"name": artist.name, "url": spotify_url("artist", artist.spotify_id)}


# People hear the same things again: most addresses were made a moment ago.
@lru_cache(4096)
def track_url(uri: str | None) -> str | None:
    found = TRACK_URI.fullmatch(uri or "")
    return f"{OPEN}/track/{found[1]}" if found else None


@lru_cache(4096)
def spotify_url(kind: str, spotify_id: str | None) -> str | None:
    """Where Spotify shows the artist or album of that id."""
    known = spotify_id is not None and SPOTIFY_ID.fullmatch(spotify_id)
    return f"{OPEN}/{kind}/{spotify_id}" if known else None


def user_shape(
    account: KnownAccount, counts: Counts, now: datetime, base_path: str, goes_at: datetime | None
) -> dict[str, object]:
    """`goes_at` is when what Spotify told is deleted, because the consent was withdrawn."""
    connect = None if account.connected else f"{base_path}/connect?username={account.username}"
    return {
        "username": account.username,
        "display_name": account.display_name,
        "connected": account.connected,
        "reconnect_needed": account.reconnect_needed,
        "spotify_data_deleted_at": maybe_utc(goes_at),
        "plays": counts.plays,
        "first_played_at": maybe_utc(counts.first_played_at),
        "last_played_at": maybe_utc(counts.last_played_at),
        "time_zone": account.zones.at(now),
        "links": {
            "history": f"{base_path}/history/{account.username}",
            "recommendations": f"{base_path}/user-recommendations/{account.username}",
            "connect": connect,
        },
    }
