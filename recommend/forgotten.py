"""`forgotten`: what the listener loved and has not heard for two months.

Plays halved every 180 days, of songs played at least three times on at least two days: nDCG@20 for their return
within 28 days .293 on listeners' accounts, .203 on long histories, where all-time play counts reach .083.
"""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from db.recommendations import Item
from recommend.listening import Listening, songs

HALF_LIFE = 180  # days
UNHEARD_FOR = timedelta(days=60)
EVER = datetime(1970, 1, 1, tzinfo=UTC)
CHOICE = """
    WHERE last < %(unheard_since)s AND plays >= 3 AND track_id <> ALL(%(besides)s)
      AND (first AT TIME ZONE %(zone)s)::date <> (last AT TIME ZONE %(zone)s)::date
    ORDER BY score DESC, last DESC, track_id LIMIT %(limit)s
"""


def forgotten(listening: Listening, limit: int, besides: Sequence[int]) -> list[Item]:
    """At most `limit` songs, none of them in `besides` (track keys)."""
    if listening.last is None:
        return []
    found = songs(
        listening, CHOICE, HALF_LIFE, EVER,
        unheard_since=listening.as_of - UNHEARD_FOR, besides=list(besides), limit=limit,
    )  # fmt: skip
    return [
        Item(
            "forgotten",
            song.track_id,
            song.score,
            f"{song.plays} plays, last heard in {listening.month(song.last)}",
            {"plays": song.plays, "last_played_at": song.last.isoformat()},
        )
        for song in found
    ]
