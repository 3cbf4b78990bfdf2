"""What a listener may give feedback on: music in their own library, and music that was recommended to them."""

from db.engine.connection import row
from insights.items.lookup import by_id, known_id

# Nothing else, so that nobody learns whether other accounts know some music.
RECOMMENDED = {
    "track": """
        SELECT track.id FROM track WHERE {given} AND (
            EXISTS (SELECT FROM recommendation WHERE account_id = %(account_id)s AND track_id = track.id)
            OR EXISTS (SELECT FROM recommendation_feedback WHERE account_id = %(account_id)s AND track_id = track.id))
    """,
    "artist": """
        SELECT artist.id FROM artist WHERE {given} AND (
            EXISTS (SELECT FROM recommendation JOIN track_artist USING (track_id)
                    WHERE account_id = %(account_id)s AND artist_id = artist.id)
            OR EXISTS (SELECT FROM recommendation_feedback WHERE account_id = %(account_id)s AND artist_id = artist.id))
    """,
    "album": """
        SELECT album.id FROM album WHERE {given} AND (
            EXISTS (SELECT FROM recommendation JOIN track ON track.id = track_id
                    WHERE account_id = %(account_id)s AND album_id = album.id)
            OR EXISTS (SELECT FROM recommendation_feedback WHERE account_id = %(account_id)s AND album_id = album.id))
    """,
}


def id_spoken_of(account_id: int, kind: str, given: int | str) -> int | None:
    """Our id of the "track", "artist" or "album" with the id `given`, or None. Feedback on it counts, too."""
    known = known_id(account_id, kind, given)
    if known is not None:
        return known
    by, given = by_id(kind, given)
    recommended = row(RECOMMENDED[kind].format(given=by), account_id=account_id, given=given)
    return int(recommended[0]) if recommended else None
