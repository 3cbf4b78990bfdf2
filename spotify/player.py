"""What a listener's player shows now.

Every call may raise any SpotifyError.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from music import Episode, Track
from spotify.client import SpotifyClient
from spotify.errors import OurMistake
from spotify.reading import read_item

SCOPE = "user-read-currently-playing"
PATH = "/v1/me/player/currently-playing"
# A separate group: a quota that live collecting has used up must not end the polls of recently-played.
GROUP = "live"
TYPES = "track,episode"  # otherwise Spotify does not describe episodes


@dataclass(frozen=True, slots=True)
class Shown:
    """What the player showed at `at`, on Spotify's clock.

    `item` is None if nothing plays, or only something that Spotify does not describe, such as an advertisement.
    """

    at: datetime
    item: Track | Episode | None = None
    progress_ms: int = 0
    is_playing: bool = False
    duration_ms: int | None = None
    context_uri: str | None = None


def allows(scopes: str) -> bool:
    """Whether the granted scopes allow this; Spotify may name none if it granted all (RFC 6749, 5.1)."""
    return not scopes.split() or SCOPE in scopes.split()


def currently_playing(client: SpotifyClient) -> Shown:
    body = client.ask("GET", GROUP, PATH, query={"additional_types": TYPES})
    return read_shown(body, client.now())


def read_shown(body: Any, at: datetime) -> Shown:
    """Raises OurMistake if the body describes something that cannot be read."""
    if body is None:
        return Shown(at)
    if not isinstance(body, dict):
        raise OurMistake("Spotify's answer does not say what plays; report this.")
    item, progress, context = body.get("item"), body.get("progress_ms"), body.get("context")
    read = read_item(item) if isinstance(item, dict) else None
    if read is None or type(progress) is not int or progress < 0:  # both can be null
        return Shown(at)
    uri = context.get("uri") if isinstance(context, dict) else None
    return Shown(
        at,
        read.item,
        progress if read.duration_ms is None else min(progress, read.duration_ms),
        body.get("is_playing") is True,
        read.duration_ms,
        uri if isinstance(uri, str) else None,
    )
