"""SQL that splits plays among the genres of their tracks.

A track's genres have shares that sum to 1. They are counted in whole ten-thousandths, which a double adds up exactly in
any order, so that equal amounts are equal in every database.
"""

PARTS = 10_000
WEIGHT = f"round(share * {PARTS})"


def split(column: str) -> str:
    """The sum of a column of plays or milliseconds, in ten-thousandths, next to rows of track_genre."""
    return f"sum({column}::float8 * {WEIGHT})"
