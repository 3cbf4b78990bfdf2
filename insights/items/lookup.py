"""Tracks, artists and albums by their id: ours, or Spotify's."""

from db.engine.connection import row, rows
from insights.answers.periods import Period
from insights.items.songs import SONG_OF

# Only an account's own library is known. Our numbers count up as music comes in, and music comes in with whoever hears
# it first: were others' music known, asking for it again and again would tell when somebody here first hears a song.
# What a track is credited to leads to what its plays count for: several spellings of a name are one artist.
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
# A track stands for its song: what counts as one in rankings is one here too.
TRACKS = {
    "track": f"""
        SELECT track_id FROM account_track WHERE account_id = %(account_id)s AND song_id = ({SONG_OF}) ORDER BY 1
    """,
    "artist": "SELECT track_id FROM account_track WHERE account_id = %(account_id)s AND artist_id = %(id)s ORDER BY 1",
    "album": "SELECT track_id FROM account_track WHERE account_id = %(account_id)s AND album_id = %(id)s ORDER BY 1",
}


def known_id(account_id: int, kind: str, given: int | str, within: Period | None = None) -> int | None:
    """Our number of the "track", "artist" or "album" with that id, None when there is none in the account's library;
    with `within`, none in what was heard in that period.
    """
    by, given = by_id(kind, given)
    heard, bounds = (WITHIN, {"start": within.start, "end": within.end}) if within else (AT_ANY_TIME, {})
    known = row(IDS[kind].format(given=by, heard=heard), account_id=account_id, given=given, **bounds)
    return int(known[0]) if known else None


def by_id(kind: str, given: int | str) -> tuple[str, int | str]:
    """A condition of the table `kind` in SQL, and its value %(given)s."""
    if isinstance(given, int):
        return BY_KEY.format(table=kind), given
    return (BY_URI, f"spotify:track:{given}") if kind == "track" else (BY_SPOTIFY_ID.format(table=kind), given)


def tracks_of(account_id: int, kind: str, given: int | str, within: Period | None = None) -> list[int] | None:
    """The account's tracks of a song, of an album, or of an artist; None when nothing that is known has that id."""
    known = known_id(account_id, kind, given, within)
    if known is None:
        return None
    return [track_id for (track_id,) in rows(TRACKS[kind], account_id=account_id, id=known)]
