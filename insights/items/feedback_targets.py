"""What a listener may give feedback on: music in their own library, and music that was recommended to them."""

from db.engine.connection import row
from insights.items.lookup import by_id, known_id

# Nothing else, so that nobody finds out which music other accounts know.
RECOMMENDED = {
    "track": """
        SELECT track.id FROM track WHERE {condition} AND (
            EXISTS (SELECT FROM recommendation WHERE account_id = %(account_id)s AND track_id = track.id)
            OR EXISTS (SELECT FROM recommendation_feedback WHERE account_id = %(account_id)s AND track_id = track.id))
    """,
    "artist": """
        SELECT artist.id FROM artist WHERE {condition} AND (
            EXISTS (SELECT FROM recommendation JOIN track_artist USING (track_id)
                    WHERE account_id = %(account_id)s AND artist_id = artist.id)
            OR EXISTS (SELECT FROM recommendation_feedback WHERE account_id = %(account_id)s AND artist_id = artist.id))
    """,
    "album": """
        SELECT album.id FROM album WHERE {condition} AND (
            EXISTS (SELECT FROM recommendation JOIN track ON track.id = track_id
                    WHERE account_id = %(account_id)s AND album_id = album.id)
            OR EXISTS (SELECT FROM recommendation_feedback WHERE account_id = %(account_id)s AND album_id = album.id))
    """,
}


def feedback_target_id(account_id: int, kind: str, any_id: int | str) -> int | None:
    """Our id of the "track", "artist" or "album" with the id `any_id` (ours or Spotify's), or None. Feedback on it
    counts, too.
    """
    own_id = known_id(account_id, kind, any_id)
    if own_id is not None:
        return own_id
    condition, any_id = by_id(kind, any_id)
    recommendation = row(RECOMMENDED[kind].format(condition=condition), account_id=account_id, any_id=any_id)
    return int(recommendation[0]) if recommendation else None
