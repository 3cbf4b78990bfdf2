"""Validate exclusion rules, and normalise their values."""

import re
from collections.abc import Callable

from db.library.spotify_uris import WrongLink, spotify_uri
from db.people.accounts import AccountError

BETWEEN = " \N{EN DASH} "  # between artist and title in a stored rule
DASHES = (BETWEEN, " \N{EM DASH} ", " - ")
HOURS = re.compile(r"(\d{1,2})(?::(\d\d))?\s*[-\u2013]\s*(\d{1,2})(?::(\d\d))?", re.ASCII)
DAY = 24 * 60  # minutes
# Characters and bytes, as many as names in exports can have: a rule must fit into one key of a B-tree in PostgreSQL.
NAME = (1_000, 1_300)
TWO_NAMES = (2 * NAME[0] + len(BETWEEN), 2 * NAME[1] + len(BETWEEN.encode()))


class ExclusionError(AccountError):
    """An invalid rule; the message says what would be valid."""


def stored_value(kind: str, value: str | None) -> str:
    """The normalised value of a rule, so that equal rules are stored once. Raises ExclusionError."""
    if kind not in VALUES:
        raise ExclusionError(f"Unknown kind of exclusion {kind!r}: use one of {', '.join(VALUES)}.")
    text = " ".join((value or "").replace("\x00", "").split())
    _check_length(kind, text)
    return VALUES[kind](text)


def _check_length(kind: str, text: str) -> None:
    """Raises ExclusionError."""
    characters, size = TWO_NAMES if kind in {"track", "album"} else NAME
    if len(text) > characters or len(text.encode("utf-8", "replace")) > size:
        raise ExclusionError(f"A rule of kind {kind!r} has at most {characters} characters and {size} bytes.")


def _track(text: str) -> str:
    return _music("track", text) or _two_names("track", "TITLE", text)


def _artist(text: str) -> str:
    if not text:
        raise ExclusionError("Give the artist's name, or a Spotify URI or link.")
    return _music("artist", text) or text


def _album(text: str) -> str:
    return _music("album", text) or _two_names("album", "ALBUM", text)


def _music(kind: str, text: str) -> str | None:
    try:
        return spotify_uri(kind, text)
    except WrongLink as error:
        raise ExclusionError(f"{error}, as a rule of kind {kind!r} requires.") from error


def _two_names(kind: str, second: str, text: str) -> str:
    dash = next((dash for dash in DASHES if dash in text), None)
    artist, _, name = text.partition(dash) if dash else ("", "", "")
    if not artist or not name:
        article = "an" if kind[0] == "a" else "a"
        raise ExclusionError(
            f'{text!r} does not identify {article} {kind}: give "ARTIST{BETWEEN}{second}", or a Spotify URI or link.'
        )
    return artist + BETWEEN + name


def _hours(text: str) -> str:
    match = HOURS.fullmatch(text)
    start, end = (_minutes(match[1], match[2]), _minutes(match[3], match[4])) if match else (-1, -1)
    if start not in range(DAY) or end not in range(DAY + 1) or start == end % DAY:
        raise ExclusionError(
            f"{text!r} is not a range of hours: give two times, such as 22:00-06:00; the end is not hidden."
        )
    return f"{_clock(start)}-{_clock(end % DAY)}"


def _minutes(hour: str, minute: str | None) -> int:
    """Minutes since midnight; -1 if the minute is invalid."""
    return int(hour) * 60 + int(minute or 0) if int(minute or 0) < 60 else -1


def _clock(minutes: int) -> str:
    return f"{minutes // 60:02}:{minutes % 60:02}"


def _device(text: str) -> str:
    if not text:
        raise ExclusionError("Give a part of the device's name in your history, such as android or sonos.")
    return text.lower()


def _incognito(text: str) -> str:
    if text:
        raise ExclusionError(f"Unexpected value {text!r}: incognito takes no value, and hides every private session.")
    return ""


VALUES: dict[str, Callable[[str], str]] = {
    "track": _track,
    "artist": _artist,
    "album": _album,
    "hours": _hours,
    "device": _device,
    "incognito": _incognito,
}
KINDS = tuple(VALUES)
