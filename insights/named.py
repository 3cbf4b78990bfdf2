"""Tracks, artists and albums by their id: ours, or Spotify's."""

from db.connection import row, rows
from db.same_recording import KEYED

IDS = {
    "track": "SELECT id FROM track WHERE {}",
    "artist": "SELECT id FROM artist WHERE {}",
    "album": "SELECT id FROM album WHERE {}",
}
# A track stands for its recording: what counts as one in rankings is one here too.
TRACKS = {
    "track": f"""
        WITH RECURSIVE seed (id) AS (SELECT %(id)s::bigint), {KEYED}
        SELECT track_id FROM keyed WHERE recording = (SELECT recording FROM keyed WHERE track_id = %(id)s LIMIT 1)
        ORDER BY 1
    """,
    "artist": "SELECT track_id FROM track_artist WHERE artist_id = %(id)s AND position = 0 ORDER BY 1",
    "album": "SELECT id FROM track WHERE album_id = %(id)s ORDER BY 1",
}


def known_id(kind: str, given: int | str) -> int | None:
    """Our number of the "track", "artist" or "album" with that id, None when there is none."""
    if isinstance(given, int):
        found = row(IDS[kind].format("id = %s"), given)
    elif kind == "track":
        found = row(IDS[kind].format("uri = %s"), f"spotify:track:{given}")
    else:
        found = row(IDS[kind].format("spotify_id = %s"), given)
    return int(found[0]) if found else None


def tracks_of(account_id: int, kind: str, given: int | str) -> list[int] | None:
    """The tracks of a recording, of an album, or whose first artist it is; None when nothing has that id."""
    known = known_id(kind, given)
    if known is None:
        return None
    return [track_id for (track_id,) in rows(TRACKS[kind], account_id=account_id, id=known)]
