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
        WHERE own.account_id = %(account_id)s AND {condition} AND {heard}
    """,
    "artist": """
        SELECT own.artist_id FROM artist JOIN account_track own
            ON own.account_id = %(account_id)s AND (own.artist_id = artist.id OR own.credit_id = artist.id)
        WHERE {condition} AND own.artist_id IS NOT NULL AND {heard}
        ORDER BY own.artist_id <> artist.id, own.artist_id LIMIT 1
    """,
    "album": """
        SELECT own.album_id FROM album JOIN account_track own
            ON own.account_id = %(account_id)s AND (own.album_id = album.id OR own.told_album_id = album.id)
        WHERE {condition} AND own.album_id IS NOT NULL AND {heard}
        ORDER BY own.album_id <> album.id, own.album_id LIMIT 1
    """,
}
BY_KEY, BY_SPOTIFY_ID, BY_URI = "{table}.id = %(any_id)s", "{table}.spotify_id = %(any_id)s", "track.uri = %(any_id)s"
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


def known_id(account_id: int, kind: str, any_id: int | str, within: Period | None = None) -> int | None:
    """Our id of the "track", "artist" or "album" with the id `any_id` (ours or Spotify's); None if it is not in the
    account's library, or was not played in the period `within`, if that is set.
    """
    condition, any_id = by_id(kind, any_id)
    heard, bounds = (WITHIN, {"start": within.start, "end": within.end}) if within else (AT_ANY_TIME, {})
    item = row(IDS[kind].format(condition=condition, heard=heard), account_id=account_id, any_id=any_id, **bounds)
    return int(item[0]) if item else None


def by_id(kind: str, any_id: int | str) -> tuple[str, int | str]:
    """A SQL condition on the table `kind`, and its value for %(any_id)s."""
    if isinstance(any_id, int):
        return BY_KEY.format(table=kind), any_id
    return (BY_URI, f"spotify:track:{any_id}") if kind == "track" else (BY_SPOTIFY_ID.format(table=kind), any_id)


def tracks_of(account_id: int, kind: str, any_id: int | str, within: Period | None = None) -> list[int] | None:
    """The account's tracks of a song, an album or an artist; None if nothing known has that id."""
    item_id = known_id(account_id, kind, any_id, within)
    if item_id is None:
        return None
    return [track_id for (track_id,) in rows(TRACKS[kind], account_id=account_id, id=item_id)]
