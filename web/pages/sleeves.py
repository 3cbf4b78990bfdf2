"""Sleeves: drawings in place of missing covers, derived from a name alone, so that a name always has the same one."""

import hashlib
import unicodedata
from dataclasses import dataclass

COVERS = "https://i.scdn.co/"  # Spotify's image host; the Content-Security-Policy allows no other
EDITION = 3037  # another number gives names other sleeves
PALETTES = 12  # .c0 to .c11 of tokens.css
PATTERNS = 12  # of templates/macros/patterns.html
ARTICLES = {"the", "a", "an", "die", "der", "das", "le", "la", "les", "los", "el"}
UPRIGHT = {8, 9}  # a horizon and a mountain do not turn


@dataclass(frozen=True, slots=True)
class Sleeve:
    """The numbers of palette and pattern, and degrees to turn; `is_swapped` if the two inks change places."""

    palette: int
    pattern: int
    turn: int
    is_swapped: bool


def sleeve(name: str) -> Sleeve:
    """The sleeve of a name; compatible characters, case and surrounding space make no difference."""
    plain = unicodedata.normalize("NFKC", name).casefold().strip()
    palette, pattern, turn, order = hashlib.sha256(f"{EDITION}:{plain}".encode()).digest()[:4]
    kind = pattern % PATTERNS
    return Sleeve(palette % PALETTES, kind, 0 if kind in UPRIGHT else 90 * (turn % 4), order % 2 == 1)


def initial(name: str) -> str:
    """The letter on an artist's sleeve: the first of the name, in any script, without an article before it."""
    words = unicodedata.normalize("NFC", name).split()
    letters = (letter for word in _without_articles(words) for letter in word if letter.isalnum())
    return next(letters, "♪").upper()


def _without_articles(words: list[str]) -> list[str]:
    return [word for word in words if word.casefold() not in ARTICLES] or words


def spotify_cover(url: str | None) -> str | None:
    """The address of a cover, if Spotify has it; a sleeve stands in for any other."""
    return url if url and url.startswith(COVERS) else None
