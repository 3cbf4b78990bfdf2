"""Look up tracks, artists and albums by our id or Spotify's."""

from db.engine.connection import row, rows
from insights.answers.periods import Period
from insights.items.songs import SONG_OF

# Looks only in the account's own library. Our ids increase as music comes in with its first listener: if other
# accounts' music could be looked up, repeated requests would reveal when somebody here first plays a song.
# The credited artist or album leads to the one for which its plays count: several spellings of a name are one artist.
IDS = {
    "track": """
        SELECT own.track_id FROM account_track own JOIN track ON track.id = own.track_id
        WHERE own.account_id = %(account_id)s AND {given} AND {heard}
    """,
    "artist": """
        SELECT own.artist_id FROM artist JOIN account_track own
            ON own.account_id = %(account_id)s AND (own.artist_id = artist.id OR own.credit_id = artist.id)
        WHERE {given} AND own.artist_id IS NOT NULL AND {heard}
        ORDER BY own.artist_id <> artist.id, own.artist_id LIMIT 1
    """,
    "album": """
        SELECT own.album_id FROM album JOIN account_track own
            ON own.account_id = %(account_id)s AND (own.album_id = album.id OR own.told_album_id = album.id)
        WHERE {given} AND own.album_id IS NOT NULL AND {heard}
        ORDER BY own.album_id <> album.id, own.album_id LIMIT 1
    """,
}
BY_KEY, BY_SPOTIFY_ID, BY_URI = "{table}.id = %(given)s", "{table}.spotify_id = %(given)s", "track.uri = %(given)s"
AT_ANY_TIME = "true"
WITHIN = """own.track_id IN (
    SELECT track_id FROM counted_play WHERE account_id = %(account_id)s AND track_id IS NOT NULL
        AND played_at >= %(start)s AND played_at < %(end)s)"""
# A track stands for its song, as in rankings.
TRACKS = {
    "track": f"""
        SELECT track_id FROM account_track WHERE account_id = %(account_id)s AND song_id = ({SONG_OF}) ORDER BY 1
    """,
    "artist": "SELECT track_id FROM account_track WHERE account_id = %(account_id)s AND artist_id = %(id)s ORDER BY 1",
    "album": "SELECT track_id FROM account_track WHERE account_id = %(account_id)s AND album_id = %(id)s ORDER BY 1",
}


def known_id(account_id: int, kind: str, given: int | str, within: Period | None = None) -> int | None:
    """Our id of the "track", "artist" or "album" with the id `given`; None if it is not in the account's library, or
    was not played in the period `within`, if that is set.
    """
    by, given = by_id(kind, given)
    heard, bounds = (WITHIN, {"start": within.start, "end": within.end}) if within else (AT_ANY_TIME, {})
    known = row(IDS[kind].format(given=by, heard=heard), account_id=account_id, given=given, **bounds)
    return int(known[0]) if known else None


def by_id(kind: str, given: int | str) -> tuple[str, int | str]:
    """A SQL condition on the table `kind`, and its value for %(given)s."""
    if isinstance(given, int):
        return BY_KEY.format(table=kind), given
    return (BY_URI, f"spotify:track:{given}") if kind == "track" else (BY_SPOTIFY_ID.format(table=kind), given)


def tracks_of(account_id: int, kind: str, given: int | str, within: Period | None = None) -> list[int] | None:
    """The account's tracks of a song, an album or an artist; None if nothing known has that id."""
    known = known_id(account_id, kind, given, within)
    if known is None:
        return None
    return [track_id for (track_id,) in rows(TRACKS[kind], account_id=account_id, id=known)]
