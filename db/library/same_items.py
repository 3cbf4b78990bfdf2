"""Find the tracks, artists or albums that an account counts as one: versions of a song, spellings of a name."""

from collections.abc import Sequence
from typing import Literal

import msgspec

from db.engine.records import records

ItemKind = Literal["track", "artist", "album"]
# The columns for which plays count, and with which they were reported.
COLUMNS: dict[ItemKind, tuple[str, str]] = {
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
    SELECT wanted.id AS wanted, same.id AS same
    FROM unnest(%(ids)s::bigint[]) wanted (id) JOIN member USING (id) JOIN member same USING (one)
"""


class _Same(msgspec.Struct, frozen=True):
    wanted: int
    same: int


def counted_as_one(account_id: int, kind: ItemKind, ids: Sequence[int]) -> dict[int, set[int]]:
    """For each of these ids, all ids that the account counts as the same, including itself."""
    same = {each: {each} for each in ids}
    if not ids:
        return same
    own, reported = COLUMNS[kind]
    also = "" if kind == "track" else ALSO_AN_ID.format(one=own)  # a song's id is not the id of a track
    statement = SAME.format(one=own, reported=reported, also=also)
    for pair in records(_Same, statement, {"account_id": account_id, "ids": list(ids)}):
        same[pair.wanted].add(pair.same)
    return same
