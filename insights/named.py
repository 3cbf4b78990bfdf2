"""Tracks, artists and albums by their id: ours, or Spotify's."""

from db.connection import row, rows
from insights.songs import SONG_OF

# What an account's own tracks are credited to leads to what their plays count for: several spellings of a name are one
# artist. What is outside of its library is known where everybody may know of it: not by another account's exports.
BY_KEY, BY_SPOTIFY_ID = "{table}.id = %(given)s", "{table}.spotify_id = %(given)s"
IDS = {
    "track": """
        SELECT id FROM track WHERE {given} AND (
            uri IS NOT NULL AND name IS NOT NULL OR EXISTS (
                SELECT FROM account_track WHERE account_id = %(account_id)s AND track_id = track.id))
    """,
    "artist": """
        SELECT coalesce(own.artist_id, artist.id) FROM artist LEFT JOIN LATERAL (
            SELECT artist_id FROM account_track WHERE account_id = %(account_id)s AND artist_id IS NOT NULL
                AND (artist_id = artist.id OR credit_id = artist.id) ORDER BY artist_id <> artist.id LIMIT 1
        ) own ON true
        WHERE {given} AND (spotify_id IS NOT NULL OR own.artist_id IS NOT NULL
            OR EXISTS (SELECT FROM track_artist WHERE track_artist.artist_id = artist.id))
    """,
    "album": """
        SELECT coalesce(own.album_id, album.id) FROM album LEFT JOIN LATERAL (
            SELECT album_id FROM account_track WHERE account_id = %(account_id)s AND album_id IS NOT NULL
                AND (album_id = album.id OR told_album_id = album.id) ORDER BY album_id <> album.id LIMIT 1
        ) own ON true
        WHERE {given} AND (spotify_id IS NOT NULL OR own.album_id IS NOT NULL
            OR EXISTS (SELECT FROM track WHERE track.album_id = album.id AND uri IS NOT NULL))
    """,
}
# A track stands for its song: what counts as one in rankings is one here too.
TRACKS = {
    "track": f"""
        SELECT track_id FROM account_track WHERE account_id = %(account_id)s AND song_id = ({SONG_OF}) ORDER BY 1
    """,
    "artist": "SELECT track_id FROM account_track WHERE account_id = %(account_id)s AND artist_id = %(id)s ORDER BY 1",
    "album": "SELECT track_id FROM account_track WHERE account_id = %(account_id)s AND album_id = %(id)s ORDER BY 1",
}


def known_id(account_id: int, kind: str, given: int | str) -> int | None:
    """Our number of the "track", "artist" or "album" with that id, None when there is none for the account."""
    if isinstance(given, int):
        by = BY_KEY.format(table=kind)
    elif kind == "track":
        by, given = "uri = %(given)s", f"spotify:track:{given}"
    else:
        by = BY_SPOTIFY_ID.format(table=kind)
    found = row(IDS[kind].format(given=by), account_id=account_id, given=given)
    return int(found[0]) if found else None


def tracks_of(account_id: int, kind: str, given: int | str) -> list[int] | None:
    """The account's tracks of a song, of an album, or of an artist; None when nothing has that id."""
    known = known_id(account_id, kind, given)
    if known is None:
        return None
    return [track_id for (track_id,) in rows(TRACKS[kind], account_id=account_id, id=known)]
