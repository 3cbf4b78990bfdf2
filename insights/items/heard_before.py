"""When the items of a ranking had last been played before its period began, however long ago."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from db.engine.connection import rows
from insights.answers.periods import BEGINNING
from insights.plays.scope import Scope
from insights.plays.sources import by_track

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
HEARD = f"SELECT track_id, last_played_at FROM ({by_track()}) heard ORDER BY last_played_at"


def last_heard_before(scope: Scope, kind: str, ids: Sequence[int]) -> dict[int, datetime]:
    """The last play before the period of those of the "track", "artist" or "album" ids that have one; two queries."""
    of_track = _items(scope, kind, ids)
    earlier = replace(scope.during(BEGINNING, scope.period.start), track_ids=tuple(of_track))
    heard = rows(HEARD, **earlier.values()) if of_track else []
    return {item_id: last for track_id, last in heard for item_id in of_track[track_id]}


def _items(scope: Scope, kind: str, ids: Sequence[int]) -> dict[int, list[int]]:
    """The items of each track that the question is about: several, if several of the ids are of one song."""
    pairs = rows(OWN_TRACKS[kind], account_id=scope.account_id, ids=list(ids)) if ids else []
    of_track: dict[int, list[int]] = {}
    for item_id, track_id in pairs:
        if scope.track_ids is None or track_id in scope.track_ids:
            of_track.setdefault(track_id, []).append(item_id)
    return of_track
