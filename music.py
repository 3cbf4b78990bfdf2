"""The types of the domain, such as tracks, artists and plays, and the rules for equal names."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from hashlib import blake2b
from urllib.parse import unquote_plus

MEMORY = 20_000  # cached keys of names; a larger cache would cost more memory than it saves time
# Bytes of a key: two must fit into one entry of a B-tree in PostgreSQL (2,704 bytes), and folding makes names longer.
LONGEST_KEY = 1_300
SIGNS = str.maketrans(
    dict.fromkeys("`\u00b4\u02b9\u02bc\u2018\u2019\u201b\u2032\uff07", "'")  # characters used as an apostrophe
    | dict.fromkeys("\u201c\u201d\u201e\u201f\u2033\uff02", '"')
    | dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015\u2212\uff0d", "-")
)
ISRC = re.compile(r"[A-Z]{2}[A-Z0-9]{3}\d{7}", re.ASCII)
NO_ISRC = re.compile(r"0{7}\Z")
# The names that labels use for an album without an artist of its own: see is_nobody.
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
# White space, control characters and zero-width characters, but not joiners and variation selectors.
AROUND_A_NAME = "".join(c for c in map(chr, range(0x3001)) if c.isspace() or unicodedata.category(c) == "Cc")
AROUND_A_NAME += "\u200b\u2060\ufeff"
SHOWS_NOTHING = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp", "Zs"})
# Invisible characters of other categories: fillers, joiners, variation selectors, the blank Braille pattern.
ALSO_NOTHING = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0") | frozenset(
    map(chr, [*range(0x180B, 0x1810), *range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0)])
)


@lru_cache(MEMORY)
def name_key(name: str) -> str:
    """A key that is equal for all spellings of a name: it ignores case, width, Unicode form, and the style of
    apostrophes, dashes and spaces.

    Accents count: "Bjork" is not "Bj\u00f6rk". Empty only if nothing is visible.
    """
    key = _folded(name)
    return key if len(key) * 4 <= LONGEST_KEY else _shortened(key)


def _folded(name: str) -> str:
    if name.isascii():
        return " ".join(name.replace("`", "'").lower().split())
    folded = name
    for _ in "ab":  # folding can produce characters that must be folded again
        folded = unicodedata.normalize("NFKC", folded.translate(SIGNS)).casefold()
    visible = "".join(letter for letter in folded if unicodedata.category(letter) != "Cf")
    return " ".join(unicodedata.normalize("NFC", visible.translate(SIGNS)).split())


def _shortened(key: str) -> str:
    """The key if it is short enough, or else its beginning with a digest that tells it from others that begin so."""
    data = key.encode("utf-8", "replace")
    if len(data) <= LONGEST_KEY:
        return key
    digest = blake2b(data, digest_size=16).hexdigest()
    return f"{data[: LONGEST_KEY - len(digest) - 1].decode(errors='ignore').rstrip()} {digest}"


def is_nobody(artist: str) -> bool:
    """Whether an artist's name only means that there are several, such as "Various Artists"."""
    if artist.isascii():  # most names, of which a history has tens of thousands
        return " ".join(artist.lower().split()) in NOBODY
    return name_key(artist) in NOBODY


def standard_isrc(text: str | None) -> str | None:
    """An ISRC in its standard form ("GBAYE0601498"), however it was reported; None for placeholders and other text.

    Since 2026-07, Spotify reports some with dashes (FoxxMD/multi-scrobbler#643).
    """
    plain = re.sub(r"[\s-]", "", text).upper() if text else ""
    return plain if ISRC.fullmatch(plain) and not NO_ISRC.search(plain) else None


def shown_name(text: str | None) -> str | None:
    """A name without surrounding white space; None if nothing of it is visible."""
    if text and text.isascii() and " " < text[0] < "\x7f" and " " < text[-1] < "\x7f":
        return text  # the common case, which is worth being fast for a million names
    name = text.strip(AROUND_A_NAME) if text else ""
    return name if any(map(_is_visible, name)) else None


def _is_visible(character: str) -> bool:
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
    """An artist credited with music. If an export is the only source, only the name is known."""

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
    """A recording. `uri` is `spotify:track:…` or `spotify:local:…`; None if only the names are known.

    `name` is None if only the URI is known, as for a track that was taken down.
    """

    name: str | None
    artists: tuple[Artist, ...]
    album: Album | None = None
    uri: str | None = None
    duration_ms: int | None = None
    isrc: str | None = None

    @property
    def title(self) -> str:
        """The name to show: the track's name, or else its URI."""
        return self.name or self.uri or ""


@dataclass(frozen=True, slots=True)
class Episode:
    """An episode of a podcast or a chapter of an audiobook, according to `kind`.

    Without a URI, both names are known; `show` is the podcast or the audiobook.
    """

    kind: str
    uri: str | None = None
    name: str | None = None
    show: str | None = None


@dataclass(frozen=True, slots=True)
class Play:
    """A listening event, as recently-played reports it.

    `played_at` is when it ENDED, in UTC, to the millisecond, as in Spotify's API and exports.
    """

    played_at: datetime
    item: Track | Episode
    context_uri: str | None = None


@dataclass(frozen=True, slots=True)
class Listener:
    """The Spotify user who has connected.

    `account_id` never changes; if Spotify does not send it, it equals `spotify_id`, which can change.
    """

    account_id: str
    display_name: str | None = None
    spotify_id: str | None = None
