"""The nouns: what is listened to, as every room speaks of it."""

import unicodedata
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import unquote_plus

LOCAL_FILE = "spotify:local:"
# White space and control characters, and what has no width. Marks that join or colour letters stay where they are.
AROUND_A_NAME = "".join(c for c in map(chr, range(0x3001)) if c.isspace() or unicodedata.category(c) == "Cc")
AROUND_A_NAME += "\u200b\u2060\ufeff"
SHOWS_NOTHING = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp", "Zs"})
# Letters, marks and signs by category that show nothing either: fillers, joiners, variation selectors, a blank Braille.
ALSO_NOTHING = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0") | frozenset(
    map(chr, [*range(0x180B, 0x1810), *range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0)])
)


def shown_name(text: str | None) -> str | None:
    """A name without the white space around it; None where nothing of it would be seen."""
    name = text.strip(AROUND_A_NAME) if text else ""
    return name if any(map(_is_seen, name)) else None


def _is_seen(character: str) -> bool:
    return unicodedata.category(character) not in SHOWS_NOTHING and character not in ALSO_NOTHING


def local_names(uri: str) -> tuple[str | None, str | None, str | None]:
    """Artist, album and title of `spotify:local:ARTIST:ALBUM:TITLE:SECONDS`; all None for any other URI."""
    parts = uri.removeprefix(LOCAL_FILE).split(":") if uri.startswith(LOCAL_FILE) else []
    if len(parts) != 4:
        return None, None, None
    artist, album, title = (shown_name(unquote_plus(part).replace("\x00", "")) for part in parts[:3])
    return artist, album, title


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
    """A recording. `uri` is `spotify:track:…` or `spotify:local:…`; None where only names are known.

    `name` is None where only the URI is known, as of a track that was taken down.
    """

    name: str | None
    artists: tuple[Artist, ...]
    album: Album | None = None
    uri: str | None = None
    duration_ms: int | None = None
    isrc: str | None = None

    @property
    def title(self) -> str:
        """What to call it: by its name, or else by its URI."""
        return self.name or self.uri or ""


@dataclass(frozen=True, slots=True)
class Episode:
    """What is heard but is not music: `kind` is episode (of a podcast) or chapter (of an audiobook).

    Without a URI both names are known; `show` is the podcast or the audiobook.
    """

    kind: str
    uri: str | None = None
    name: str | None = None
    show: str | None = None


@dataclass(frozen=True, slots=True)
class Play:
    """One listening event as recently-played reports it.

    `played_at` is when it ENDED, in UTC, to the millisecond (Spotify's meaning in API and export alike).
    """

    played_at: datetime
    item: Track | Episode
    context_uri: str | None = None


@dataclass(frozen=True, slots=True)
class Listener:
    """Who has connected: Spotify's own words for one of its users."""

    account_id: str  # immutable; `id` where Spotify does not send `account_id` yet
    display_name: str | None = None
