"""The nouns: what is listened to, as every room speaks of it, and when two names are one."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from urllib.parse import unquote_plus

MEMORY = 20_000  # names that are compared again and again; more would cost more memory than it saves time
SIGNS = str.maketrans(
    dict.fromkeys("`\u00b4\u02b9\u02bc\u2018\u2019\u201b\u2032\uff07", "'")  # what stands for an apostrophe
    | dict.fromkeys("\u201c\u201d\u201e\u201f\u2033\uff02", '"')
    | dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015\u2212\uff0d", "-")
)
ISRC = re.compile(r"[A-Z]{2}[A-Z0-9]{3}\d{7}", re.ASCII)
NO_ISRC = re.compile(r"0{7}\Z")
# What labels write where an album has no artist of its own. It is nobody: see is_nobody.
NOBODY = frozenset(
    {
        "various artists",
        "various artist",
        "verschiedene interpreten",
        "verschiedene k\u00fcnstler",
        "diverse interpreten",
        "varios artistas",
        "varios int\u00e9rpretes",
        "v\u00e1rios artistas",
        "v\u00e1rios int\u00e9rpretes",
        "artistes divers",
        "artistes vari\u00e9s",
        "multi-interpr\u00e8tes",
        "artisti vari",
        "diverse artiesten",
        "diverse artister",
        "blandade artister",
        "r\u00f3\u017cni wykonawcy",
        "r\u00f3\u017cni arty\u015bci",
    }
)

LOCAL_FILE = "spotify:local:"
# White space and control characters, and what has no width. Marks that join or colour letters stay where they are.
AROUND_A_NAME = "".join(c for c in map(chr, range(0x3001)) if c.isspace() or unicodedata.category(c) == "Cc")
AROUND_A_NAME += "\u200b\u2060\ufeff"
SHOWS_NOTHING = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp", "Zs"})
# Letters, marks and signs by category that show nothing either: fillers, joiners, variation selectors, a blank Braille.
ALSO_NOTHING = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0") | frozenset(
    map(chr, [*range(0x180B, 0x1810), *range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0)])
)


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


def shown_name(text: str | None) -> str | None:
    """A name without the white space around it; None where nothing of it would be seen."""
    if text and text.isascii() and " " < text[0] < "\x7f" and " " < text[-1] < "\x7f":
        return text  # as nearly all are, of a million
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
    """Who has connected: Spotify's own words for one of its users.

    `account_id` never changes; where Spotify does not send it, it is the same as `spotify_id`, which can change.
    """

    account_id: str
    display_name: str | None = None
    spotify_id: str | None = None
