"""The tracks of an account whose names contain all words of a search, also as parts of words."""

from collections.abc import Sequence

from db.engine.connection import rows
from insights.answers.search_text import LETTERS, MARKS

FEW = 1000  # tracks; matching more of them again is quicker than passing on their ids
# The keys of names are folded already, except for accents (music.name_key). No word of a search contains chr(31).
NAMES = " || chr(31) || ".join(
    f"coalesce({key}, '')" for key in ("title_key", "artist_key", "credits_key", "split_part(album_key, chr(31), 2)")
)
PLAIN = f"regexp_replace(normalize(names, NFKD), '{MARKS}', '', 'g')"
for letter, plain in LETTERS.items():
    PLAIN = f"replace({PLAIN}, '{letter}', '{plain}')"
# Most names are ASCII, which has as many bytes as characters. OFFSET 0: the names are concatenated once, not thrice.
MATCHING = f"""
    SELECT track_id
    FROM (SELECT track_id, {NAMES} AS names FROM account_track WHERE account_id = %(account_id)s OFFSET 0) named
    WHERE CASE WHEN octet_length(names) = length(names) THEN names ELSE {PLAIN} END LIKE ALL (%(patterns)s::text[])
"""
SPECIAL = str.maketrans({character: f"\\{character}" for character in "\\%_"})


def patterns_of(words: Sequence[str]) -> tuple[str, ...]:
    """For MATCHING."""
    return tuple(f"%{word.translate(SPECIAL)}%" for word in words)


def few_matching(account_id: int, patterns: Sequence[str]) -> tuple[int, ...] | None:
    """The matching tracks; None if there are more than FEW."""
    limited = f"{MATCHING} LIMIT {FEW + 1}"
    track_ids = [track_id for (track_id,) in rows(limited, account_id=account_id, patterns=list(patterns))]
    return tuple(track_ids) if len(track_ids) <= FEW else None
