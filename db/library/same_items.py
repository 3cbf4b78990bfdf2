"""Which tracks, artists or albums an account counts as one: the versions of a song, the spellings of a name."""

from collections.abc import Sequence
from typing import Literal

from db.engine.connection import rows

Thing = Literal["track", "artist", "album"]
# What plays count for, and what they were reported with.
COLUMNS: dict[Thing, tuple[str, str]] = {
    "track": ("song_id", "track_id"),
    "artist": ("artist_id", "credit_id"),
    "album": ("album_id", "told_album_id"),
}
ALSO_AN_ID = "UNION SELECT {one}, {one} FROM account_track WHERE account_id = %(account_id)s AND {one} IS NOT NULL"
SAME = """
    WITH member (one, id) AS MATERIALIZED (
        SELECT {one}, {reported} FROM account_track
        WHERE account_id = %(account_id)s AND {one} IS NOT NULL AND {reported} IS NOT NULL {also}
    )
    SELECT wanted.id, same.id
    FROM unnest(%(ids)s::bigint[]) wanted (id) JOIN member USING (id) JOIN member same USING (one)
"""


def counted_as_one(account_id: int, thing: Thing, ids: Sequence[int]) -> dict[int, set[int]]:
    """For each of these ids all that the account counts as the same, itself among them."""
    same = {each: {each} for each in ids}
    if not ids:
        return same
    one, reported = COLUMNS[thing]
    also = "" if thing == "track" else ALSO_AN_ID.format(one=one)  # a song's number is a key and no track
    statement = SAME.format(one=one, reported=reported, also=also)
    for wanted, other in rows(statement, account_id=account_id, ids=list(ids)):
        same[wanted].add(other)
    return same
