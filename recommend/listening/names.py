"""One key for all versions of a recording, whatever its title says of the edition, and one for an artist.

A remaster, a single's or an album's version, an edit for the radio and a guest's name are one recording; a live take, a
remix, a cover or an acoustic version is another. Services write the same names with other signs, so these are folded:
case, accents of letters like ours, curly quotes, long dashes, wide brackets, "&". Other scripts keep their marks.
"""

import re
import unicodedata
from functools import lru_cache

from music import MEMORY, name_key

YEAR, ORDINAL = r"\d{4}", r"\d+(?:st|nd|rd|th)"
# Enough of these alone, or with the words below, makes an edition; of a "mix" or a "version" only they tell which.
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
SUSPICIOUS = re.compile(r"[(\[]| - | feat| ft\.")
ACCENTS = re.compile("[\u0300-\u036f\ufe00-\ufe0f]")  # and the signs that choose a picture's colours
DEEPEST = 8  # editions of editions; more is no title but an attempt to keep us busy


@lru_cache(MEMORY)
def artist_key(name: str) -> str:
    """The same for "Beyoncé", "BEYONCE" and "Beyoncé feat. Jay-Z"; empty only where there is nothing to see."""
    letters = _letters(name)
    return _but_for(letters, BARE_GUEST) if SUSPICIOUS.search(letters) else letters


@lru_cache(MEMORY)
def song_key(artist: str, title: str) -> str:
    """The same for all versions of one recording by one artist, and never for two artists'."""
    return f"{artist_key(artist)}\x1f{_without_edition(_letters(title))}"


@lru_cache(MEMORY)
def album_key(artist: str, album: str) -> str:
    """The same for an album's editions."""
    return song_key(artist, album)


def _without_edition(letters: str) -> str:
    """Nor an edition of an edition: "Song (feat. B) - Mono - Remastered"."""
    for _ in range(DEEPEST):
        if not SUSPICIOUS.search(letters):
            break
        before = letters
        for pattern in (IN_BRACKETS, AFTER_DASH, BARE_GUEST):
            letters = _but_for(letters, pattern)
        if letters == before:
            break
    return letters


def _but_for(letters: str, pattern: re.Pattern[str]) -> str:
    """What is left without it, or all of it where nothing would be."""
    return pattern.sub("", letters).strip() or letters


def _letters(text: str) -> str:
    """What music.name_key says, without accents, but with everything where nothing else is left."""
    folded = name_key(text)
    if folded.isascii():
        return _spaced(folded.replace("&", " and "))
    apart = unicodedata.normalize("NFKD", folded.replace("&", " and "))
    plain = unicodedata.normalize("NFC", ACCENTS.sub("", apart))
    return _spaced(name_key(plain)) or _spaced(folded)


def _spaced(text: str) -> str:
    return " ".join(text.split())
