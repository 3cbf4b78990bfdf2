"""Recognise songs that differ only in spelling, credits or take, so that a list has only one of them.

These keys are looser than those of recommend/listening/names.py, which decide what counts as one recording: two songs
that share one are not counted together. It only costs the second one its place.
"""

import re
import unicodedata
from functools import lru_cache

from music import MEMORY
from recommend.listening.credits import credited
from recommend.listening.names import song_key

SIGNS = re.compile(r"[\W_]+")
TAKE = (
    r"\b(?:live|acoustic|unplugged|sessions?|sped[ -]?up|speed[ -]?up|slowed|reverb|nightcore|demo|instrumental"
    r"|stripped|rehearsal|version|edit)\b"
)
IN_BRACKETS = re.compile(rf" ?[(\[][^()\[\]]*{TAKE}[^()\[\]]*[)\]]")
AFTER_DASH = re.compile(rf" - (?:(?! - ).)*{TAKE}.*$")
SPLIT_OFF = 2  # separators in the key of a song that the listener has split off from another of the same names


def spelled(folded: str) -> str:
    """The letters and digits of a folded name, such as "flashlight" for "flash light"; signs alone are kept."""
    if (plain := folded.replace(" ", "")).isalnum() and plain.isascii():
        return plain
    if folded.isascii():
        return SIGNS.sub("", folded) or folded
    return "".join(letter for letter in folded if unicodedata.category(letter)[0] in "LMN") or folded


@lru_cache(MEMORY)
def spelling_key(key: str) -> str:
    """A looser form of a song's key, equal for all spellings of artist and title."""
    artist, _, title = key.partition("\x1f")
    return f"{spelled(artist)}\x1f{spelled(title)}"


@lru_cache(MEMORY)
def places_of(key: str, artist: str, title: str) -> frozenset[str]:
    """The keys of a song's places: two songs that share one can have only one place in a list.

    Studio, live and sped-up takes share one if they have the title and one artist (by the last word of the name) in
    common. A song that the listener has split off has only its own key.
    """
    if key.count("\x1f") >= SPLIT_OFF:
        return frozenset({key})
    _, _, folded = song_key(artist, title).partition("\x1f")
    base = spelled(AFTER_DASH.sub("", IN_BRACKETS.sub("", folded)).strip() or folded)
    return frozenset({key, *(f"{name}\x1f{base}" for name in _names(artist, title))})


def _names(artist: str, title: str) -> set[str]:
    """The whole name and its last word, of every credited artist."""
    names = credited(artist, title)
    return {spelled(part) for name in names for part in (name, name.rpartition(" ")[2])}
