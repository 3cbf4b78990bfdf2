"""Which tracks of an account's library belong to the items of a ranking."""

from collections.abc import Sequence

from db.engine.connection import rows
from insights.plays.scope import Scope

# A track stands for its song, as in rankings.
OWN_TRACKS = {
    "track": """
        SELECT shown.track_id, own.track_id FROM account_track shown JOIN account_track own USING (account_id, song_id)
        WHERE shown.account_id = %(account_id)s AND shown.track_id = ANY(%(ids)s)
    """,
    "artist": """
        SELECT artist_id, track_id FROM account_track WHERE account_id = %(account_id)s AND artist_id = ANY(%(ids)s)
    """,
    "album": """
        SELECT album_id, track_id FROM account_track WHERE account_id = %(account_id)s AND album_id = ANY(%(ids)s)
    """,
}


def own_tracks(scope: Scope, kind: str, ids: Sequence[int]) -> dict[int, list[int]]:
    """The items of each track that the question is about: several, if several of the ids are of one song."""
    pairs = rows(OWN_TRACKS[kind], account_id=scope.account_id, ids=list(ids)) if ids else []
    of_track: dict[int, list[int]] = {}
    for item_id, track_id in pairs:
        if scope.track_ids is None or track_id in scope.track_ids:
            of_track.setdefault(track_id, []).append(item_id)
    return of_track
