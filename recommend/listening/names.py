"""Compute keys of songs and artists that are equal for all versions of a recording, whatever edition its title names.

Remasters, single, album and radio versions, and titles with a guest's name are the same recording; live takes, remixes,
covers and acoustic versions are different ones. Services spell names differently, so the keys ignore case, accents of
Latin letters, and the style of quotes, dashes, brackets and "&". Other scripts keep their marks.
"""

import re
import unicodedata
from functools import lru_cache

from music import LONGEST_KEY, MEMORY, NOBODY, is_nobody, name_key

YEAR, ORDINAL = r"\d{4}", r"\d+(?:st|nd|rd|th)"
# These words, alone or with those of WORD, denote an edition; "mix" or "version" does so only together with them.
MARK = (
    r"(?:re-?master(?:ed)?|original|single|album|lp|ep|radio|mono|stereo|full[ -]length|explicit|clean|main|bonus"
    r"|anniversary|deluxe|expanded|edition)"
)
WORD = (
    rf"(?:{MARK}|{YEAR}|{ORDINAL}|the|in|and|digital(?:ly)?|super|special|limited|legacy|version|edit|mix|tracks?|year)"
)
EDITION = rf"(?=[^()\[\]]*\b{MARK}\b){WORD}\b(?:[\s/,.-]+{WORD}\b)*"
SOURCE = r"(?:music )?from [^()\[\]]+|(?:original )?(?:motion picture )?soundtrack(?: version)?"
GUEST = r"(?:feat\.?|ft\.?|featuring|with) [^()\[\]]+"
IN_BRACKETS = re.compile(rf" ?[(\[](?:{EDITION}|{SOURCE}|{GUEST})[)\]]")
AFTER_DASH = re.compile(rf" - (?:{EDITION}|{SOURCE}|(?:feat\.|ft\.|featuring) [^()\[\]]+)$")
BARE_GUEST = re.compile(r" (?:feat\.|ft\.|featuring) .+?(?=$| - | ?[(\[])")
ACCENTS = re.compile("[\u0300-\u036f\ufe00-\ufe0f]")  # and emoji variation selectors
SHORT = LONGEST_KEY // 4  # names that name_key never shortens
DEEPEST = 8  # nested editions; a title with more is an attempt to keep us busy


@lru_cache(MEMORY)
def artist_key(name: str) -> str:
    """Equal for "Beyoncé", "BEYONCE" and "Beyoncé feat. Jay-Z"; empty only if nothing is visible."""
    letters = _letters(name)
    return _without(letters, BARE_GUEST) if _is_suspicious(letters) else letters


@lru_cache(MEMORY)
def song_key(artist: str, title: str) -> str:
    """Equal for all versions of a recording by one artist; never equal for two artists."""
    return f"{artist_key(artist)}\x1f{_without_edition(_letters(title))}"


@lru_cache(MEMORY)
def album_key(artist: str, album: str) -> str:
    """Equal for all editions of an album."""
    return song_key(artist, album)


def is_somebody(key: str, name: str) -> bool:
    """Whether an artist, given by key and name, is not "Various Artists"; in most cases, the key says it at once."""
    return key not in NOBODIES or not is_nobody(name)


def _without_edition(letters: str) -> str:
    """Remove nested editions too: "Song (feat. B) - Mono - Remastered"."""
    for _ in range(DEEPEST):
        if not _is_suspicious(letters):
            break
        before = letters
        for pattern in (IN_BRACKETS, AFTER_DASH, BARE_GUEST):
            letters = _without(letters, pattern)
        if letters == before:
            break
    return letters


def _is_suspicious(letters: str) -> bool:
    """Whether there may be an edition or a guest. In most of tens of thousands of names, there is none."""
    return "(" in letters or "[" in letters or " - " in letters or " feat" in letters or " ft." in letters


def _without(letters: str, pattern: re.Pattern[str]) -> str:
    """Remove a pattern, unless nothing would remain."""
    return pattern.sub("", letters).strip() or letters


def _letters(text: str) -> str:
    """The key from music.name_key without accents, unless nothing else would remain."""
    if len(text) <= SHORT and text.isascii():  # as below, in a quarter of the time: most of a hundred thousand names
        return _spaced(text.replace("`", "'").lower().replace("&", " and "))
    folded = name_key(text)
    if folded.isascii():
        return _spaced(folded.replace("&", " and "))
    apart = unicodedata.normalize("NFKD", folded.replace("&", " and "))
    plain = unicodedata.normalize("NFC", ACCENTS.sub("", apart))
    return _spaced(name_key(plain)) or _spaced(folded)


def _spaced(text: str) -> str:
    return " ".join(text.split())


NOBODIES = frozenset(map(artist_key, NOBODY))
