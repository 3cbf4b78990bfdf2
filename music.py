"""The nouns: what is listened to, as every room speaks of it."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Artist:
    """Somebody credited with music. Only the name is known where an export is the only source."""

    name: str
    spotify_id: str | None = None


@dataclass(frozen=True, slots=True)
class Album:
    name: str
    artists: tuple[Artist, ...] = ()
    spotify_id: str | None = None
    release_date: str | None = None  # "1999", "1999-05" or "1999-05-04": as precise as Spotify knows it
    image_url: str | None = None


@dataclass(frozen=True, slots=True)
class Track:
    """A recording. `uri` is `spotify:track:…` or `spotify:local:…`; None where only names are known."""

    name: str
    artists: tuple[Artist, ...]
    album: Album | None = None
    uri: str | None = None
    duration_ms: int | None = None
    isrc: str | None = None


@dataclass(frozen=True, slots=True)
class Play:
    """One listening event as recently-played reports it.

    `played_at` is when it ENDED, in UTC, to the millisecond (Spotify's meaning in API and export alike).
    """

    played_at: datetime
    track: Track
    context_uri: str | None = None


@dataclass(frozen=True, slots=True)
class Listener:
    """Who has connected: Spotify's own words for one of its users.

    `account_id` never changes; where Spotify does not send it, it is the same as `spotify_id`, which can change.
    """

    account_id: str
    display_name: str | None = None
    spotify_id: str | None = None
