"""The tracks of an account's library that have a genre or are from a decade."""

from db.engine.connection import rows
from insights.answers.parameters import BadParameter
from insights.answers.periods import Period
from insights.items.lookup import AT_ANY_TIME, WITHIN

MOST_LETTERS = 100
# Looks only in the account's own library, as the filters by artist, album and track do.
TRACKS = {
    "genre": """
        SELECT own.track_id FROM account_track own JOIN track_genre USING (track_id) JOIN genre ON genre.id = genre_id
        WHERE own.account_id = %(account_id)s AND genre.name = %(value)s AND {heard} ORDER BY 1
    """,
    "decade": """
        SELECT own.track_id FROM account_track own JOIN track_year USING (track_id)
        WHERE own.account_id = %(account_id)s AND year >= %(value)s AND year < %(value)s + 10 AND {heard} ORDER BY 1
    """,
}


def tracks_with(account_id: int, trait: str, value: str, within: Period | None = None) -> list[int]:
    """The tracks with the genre, or from the decade; only those played in `within`, if set. Raises BadParameter."""
    heard, bounds = (WITHIN, {"start": within.start, "end": within.end}) if within else (AT_ANY_TIME, {})
    wanted = a_genre(value) if trait == "genre" else a_decade(value)
    found = rows(TRACKS[trait].format(heard=heard), account_id=account_id, value=wanted, **bounds)
    return [track_id for (track_id,) in found]


def a_genre(value: str) -> str:
    """As genres are stored. Raises BadParameter."""
    name = value.strip().lower()
    if not name or len(name) > MOST_LETTERS or not name.isprintable():
        raise BadParameter("genre", "must be the name of a genre, as /top-genres shows it")
    return name


def a_decade(value: str) -> int:
    """The first year of a decade, from `1990` or `1990s`. Raises BadParameter."""
    digits = value.removesuffix("s")
    if not (digits.isascii() and digits.isdigit() and len(digits) == 4 and digits.endswith("0")):
        raise BadParameter("decade", "must be the first year of a decade, such as 1990")
    return int(digits)
