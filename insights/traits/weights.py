"""SQL that splits plays among the genres of their tracks.

A track's genres have shares that sum to 1. They are counted in whole ten-thousandths, which a double adds up exactly in
any order, so that equal amounts are equal in every database.
"""

from msgspec import Struct

from db.trait_sums import PARTS, WEIGHT

# The tracks that have the genres of these names.
OF_GENRES = """
    SELECT track_id, name, share FROM track_genre JOIN genre ON genre.id = genre_id
    WHERE name = ANY(%(genres)s::text[])
"""


def split(column: str) -> str:
    """The sum of a column of plays or milliseconds, in ten-thousandths, next to rows of track_genre."""
    return f"sum({column}::float8 * {WEIGHT})"


class SplitSums(Struct, frozen=True):
    """Plays and milliseconds in ten-thousandths, and as answers show them."""

    plays: float
    ms: float

    @property
    def split_plays(self) -> float:
        return round(self.plays / PARTS, 2)

    @property
    def split_ms(self) -> int:
        return round(self.ms / PARTS)
