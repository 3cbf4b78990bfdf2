"""Texts to search for: words, compared without case, accents and styles of writing.

insights/history/matching.py compares names in the same way.
"""

import re
import unicodedata

from music import name_key

MOST_CHARACTERS = 100
MARKS = "[\\u0300-\\u036f]+"  # accents, once they are apart from their letters; in Python and in PostgreSQL
# Letters that Unicode does not take apart: o and l and d with a stroke, i without a dot, eth, thorn, ae and oe.
LETTERS = {
    "\u00f8": "o", "\u0142": "l", "\u0111": "d", "\u0131": "i", "\u00f0": "d", "\u00fe": "th", "\u00e6": "ae",
    "\u0153": "oe",
}  # fmt: skip
_MARKS, _LETTERS = re.compile(MARKS), str.maketrans(LETTERS)


def folded(text: str) -> str:
    """The key of a name (music.name_key) without accents, its letters taken apart."""
    key = name_key(text)
    return key if key.isascii() else _MARKS.sub("", unicodedata.normalize("NFKD", key)).translate(_LETTERS)


def words(text: str) -> list[str]:
    """The words to search for; empty if the text has none, or cannot be searched for."""
    return [] if len(text) > MOST_CHARACTERS or "\x00" in text else folded(text).split()
