"""The nouns: what is listened to, as every room speaks of it, and when two names are one."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

MEMORY = 20_000  # names that are compared again and again; more would cost more memory than it saves time
SIGNS = str.maketrans(
    dict.fromkeys("`\u00b4\u02b9\u02bc\u2018\u2019\u201b\u2032\uff07", "'")  # what stands for an apostrophe
    | dict.fromkeys("\u201c\u201d\u201e\u201f\u2033\uff02", '"')
    | dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015\u2212\uff0d", "-")
)
ISRC = re.compile(r"[A-Z]{2}[A-Z0-9]{3}\d{7}", re.ASCII)
NO_ISRC = re.compile(r"0{7}\Z")
# What labels write where an album has no artist of its own. It is nobody: see is_nobody.
NOBODY = frozenset({"various artists", "various artist", "verschiedene interpreten", "varios artistas", "artistes divers"})


@lru_cache(MEMORY)
def name_key(name: str) -> str:
    """The same for two spellings of one name: whatever its case, width, Unicode form, apostrophes, dashes and spaces.

    Accents count: "Bjork" is not "Bj\u00f6rk". Empty only where there is nothing to see.
    """
    if name.isascii():
        return " ".join(name.replace("`", "'").lower().split())
    folded = name
    for _ in "ab":  # the case of a letter can come apart, and so can the case of what comes of it
        folded = unicodedata.normalize("NFKC", folded.translate(SIGNS)).casefold()
    seen = "".join(letter for letter in folded if unicodedata.category(letter) != "Cf")
    return " ".join(unicodedata.normalize("NFC", seen.translate(SIGNS)).split())


def is_nobody(artist: str) -> bool:
    """Whether an artist's name only says that there are several, such as "Various Artists"."""
    return name_key(artist) in NOBODY


def standard_isrc(text: str | None) -> str | None:
    """An ISRC as registers write it ("GBAYE0601498"), however it was reported; None for a placeholder or anything else.

    Spotify reports some with dashes, since 2026-07 (FoxxMD/multi-scrobbler#643).
    """
    plain = re.sub(r"[\s-]", "", text).upper() if text else ""
    return plain if ISRC.fullmatch(plain) and not NO_ISRC.search(plain) else None


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
    """Who has connected: Spotify's own words for one of its users."""

    account_id: str  # immutable; `id` where Spotify does not send `account_id` yet
    display_name: str | None = None
