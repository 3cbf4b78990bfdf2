"""One key for all versions of a recording, whatever its title says of the edition, and one for an artist.

A remaster, a single's or an album's version, an edit for the radio and a guest's name in brackets are one recording;
a live take, a remix, a cover or an acoustic version is another.
"""

import re
import unicodedata
from functools import lru_cache

EDITION = (
    r"(?:\d{4}\s+)?(?:digital(?:ly)?\s+)?re-?master(?:ed)?(?:\s+(?:version|edition|in\s+\d{4}|\d{4}))*"
    r"|(?:the\s+)?(?:original|single|album|lp|ep|radio|mono|stereo|full[ -]length|explicit|clean|main)"
    r"(?:\s+(?:version|edit|mix|single|album))?"
    r"|(?:\d{4}\s+)?(?:mono|stereo)(?:\s+(?:version|mix))?(?:\s+re-?master(?:ed)?(?:\s+\d{4})?)?"
    r"|bonus(?:\s+track)?(?:\s+version)?|(?:\d+(?:th|st|nd|rd)\s+)?(?:anniversary|deluxe|expanded)(?:\s+(?:edition|version))?"
    r"|from\s+.+|(?:original\s+)?(?:motion\s+picture\s+)?soundtrack(?:\s+version)?"
)
GUEST = r"(?:feat(?:uring)?|ft|with)\b\.?\s+.+"
IN_BRACKETS = re.compile(rf"\s*[(\[](?:{EDITION}|{GUEST})[)\]]", re.IGNORECASE)
AFTER_DASH = re.compile(rf"\s+[-–—]\s+(?:{EDITION})\s*$", re.IGNORECASE)
BARE_GUEST = re.compile(r"\s+(?:feat|ft)\.\s+.+$|\s+featuring\s+.+$", re.IGNORECASE)
SUSPICIOUS = re.compile(r"[(\[]|\s[-–—]\s|\bfeat|\bft\.", re.IGNORECASE)
MEMORY = 200_000  # names; a long history has fewer


@lru_cache(MEMORY)
def artist_key(name: str) -> str:
    """The same for "Beyoncé", "BEYONCE" and " Beyoncé "; never empty for a name that is not."""
    return _letters(name)


@lru_cache(MEMORY)
def song_key(artist: str, title: str) -> str:
    """The same for all versions of one recording by one artist, and never for two artists'."""
    return f"{artist_key(artist)}\x1f{_letters(_without_edition(title))}"


@lru_cache(MEMORY)
def album_key(artist: str, album: str) -> str:
    """The same for an album's editions."""
    return song_key(artist, album)


def _without_edition(title: str) -> str:
    if not SUSPICIOUS.search(title):
        return title
    bare = BARE_GUEST.sub("", AFTER_DASH.sub("", IN_BRACKETS.sub("", title)))
    return bare if bare.strip() else title


def _letters(text: str) -> str:
    """Without case, accents and repeated spaces, but with everything where nothing else is left."""
    if text.isascii():
        return " ".join(text.lower().split())
    folded = unicodedata.normalize("NFKD", text).casefold()
    bare = "".join(letter for letter in folded if not unicodedata.combining(letter))
    return " ".join((bare or folded).split())
