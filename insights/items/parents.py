"""The artist and the album to which a track or an album belongs, where the listener has played them."""

from msgspec import Struct

from db.engine.records import records

OF_TRACK = "SELECT artist_id, album_id FROM account_track WHERE account_id = %(account_id)s AND track_id = %(id)s"
OF_ALBUM = """
    SELECT artist_id, NULL::bigint AS album_id FROM album
    WHERE id = %(id)s AND EXISTS (
        SELECT FROM account_track theirs WHERE account_id = %(account_id)s AND theirs.artist_id = album.artist_id)
"""
BELONGING = {"track": OF_TRACK, "album": OF_ALBUM}


class Parents(Struct, frozen=True):
    """Our ids, None if there is none, or none that was played."""

    artist_id: int | None = None
    album_id: int | None = None


def parents(account_id: int, kind: str, item_id: int) -> Parents:
    """The parents of a "track" or an "album"; an "artist" has none. At most one query."""
    if kind not in BELONGING:
        return Parents()
    of_item = records(Parents, BELONGING[kind], {"account_id": account_id, "id": item_id})
    return next(iter(of_item), Parents())
