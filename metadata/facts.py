"""What services know about a recording, a release group or an artist, as plain values."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from metadata.reading import inner, mbid, number, objects, text

Json = dict[str, Any]
MOST_TAGS = 100  # of one recording, release group or artist


@dataclass(frozen=True, slots=True)
class Tag:
    """A tag and how many people gave it; `genre_mbid` if MusicBrainz lists the word as a genre."""

    name: str
    count: int
    genre_mbid: str | None = None


@dataclass(frozen=True, slots=True)
class ArtistFacts:
    """`country` is its ISO 3166-1 code; `area` may be a country, a region or a city."""

    mbid: str
    name: str | None = None
    country: str | None = None
    area: str | None = None
    tags: Sequence[Tag] = ()


@dataclass(frozen=True, slots=True)
class GroupFacts:
    """A release group, with the date of its first release: YYYY, YYYY-MM or YYYY-MM-DD."""

    mbid: str
    first_date: str | None = None
    tags: Sequence[Tag] = ()


@dataclass(frozen=True, slots=True)
class RecordingFacts:
    """`caa_id` and `caa_release_mbid` name its cover at the Cover Art Archive."""

    mbid: str
    artist_mbid: str | None = None
    group_mbid: str | None = None
    release_mbid: str | None = None
    release_year: int | None = None
    caa_id: int | None = None
    caa_release_mbid: str | None = None
    tags: Sequence[Tag] = ()
    group_tags: Sequence[Tag] = ()
    artist_tags: Mapping[str, Sequence[Tag]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Match:
    """A recording that a service found for an ISRC or for names, and its first artist.

    `artist_names` are the spellings under which the service knows or credits that artist. A `special` take is live or
    similar.
    """

    recording_mbid: str | None
    artist_mbid: str | None
    title: str
    artist_names: Sequence[str]
    special: bool = False


@dataclass(frozen=True, slots=True)
class Sound:
    """Measured values between 0 and 1, and the tempo in beats per minute; None if a value is missing or invalid."""

    spotify_id: str
    energy: float | None
    valence: float | None
    danceability: float | None
    acousticness: float | None
    tempo: float | None


def tags(value: Any, name: str = "tag") -> tuple[Tag, ...]:
    """The readable tags of a list, the most frequent first and each once; a word is in lower case."""
    kept: dict[str, Tag] = {}
    for item in objects(value):
        word, count = text(item.get(name)), number(item.get("count"))
        if word and count and count >= 1:
            tag = Tag(word.lower(), min(int(count), 1_000_000), mbid(item.get("genre_mbid")))
            kept[tag.name] = max(kept.get(tag.name, tag), tag, key=lambda each: each.count)
    return tuple(sorted(kept.values(), key=lambda tag: (-tag.count, tag.name))[:MOST_TAGS])


def year(value: Any) -> int | None:
    """A year in which music may have been recorded."""
    result = number(value)
    return int(result) if result and 1860 <= result <= 2200 else None


def date(value: Any) -> str | None:
    """The readable beginning of a date: YYYY-MM-DD, YYYY-MM or YYYY."""
    parts = value.split("-") if isinstance(value, str) and value.isascii() else []
    if not parts or not year(parts[0] if len(parts[0]) == 4 else None):
        return None
    kept = parts[:1]
    for part, most in zip(parts[1:], (12, 31), strict=False):
        if not (len(part) == 2 and part.isascii() and part.isdigit() and 1 <= int(part) <= most):
            break
        kept.append(part)
    return "-".join(kept)


def whole(value: Any) -> int | None:
    """A whole number that the database can store."""
    result = number(value)
    return int(result) if result and result < 2**62 else None


def first_mbid(value: Any, *names: str) -> str | None:
    """The id of the first object in a list that has one at this path."""
    return next((valid for item in objects(value) if (valid := mbid(inner(item, *names)))), None)
