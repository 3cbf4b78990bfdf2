"""When the items of a ranking had last been played before its period began, however long ago."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from db.engine.connection import rows
from insights.answers.periods import BEGINNING
from insights.items.own_tracks import own_tracks
from insights.plays.scope import Scope
from insights.plays.sources import by_track

HEARD = f"SELECT track_id, last_played_at FROM ({by_track()}) heard ORDER BY last_played_at"


def last_heard_before(scope: Scope, kind: str, ids: Sequence[int]) -> dict[int, datetime]:
    """When each of the "track", "artist" or "album" ids that was played before the period last was; two queries."""
    of_track = own_tracks(scope, kind, ids)
    earlier = replace(scope.during(BEGINNING, scope.period.start), track_ids=tuple(of_track))
    heard = rows(HEARD, **earlier.values()) if of_track else []
    return {item_id: last for track_id, last in heard for item_id in of_track[track_id]}
