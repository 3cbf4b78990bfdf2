"""What an account played, the newest first, page by page."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import NamedTuple

from db.engine.connection import Prepared, prepared_rows
from insights.plays.tracks import COLUMNS, KnownTrack, joins_of, known_track

# One bound above and one below, both on the index: of two bounds above, PostgreSQL may start at the wrong one and
# walk the whole way to a page deep in the past. OFFSET 0 has each track looked up by its key: expecting far more plays
# than a page has, because it does not know the limit yet, it would read all tracks there are.
PLAYS = f"""
    SELECT played.played_at, played.place, played.id, played.ms_played, played.source, played.context_uri, known.*
    FROM (
        SELECT account_id, played_at, place, id, ms_played, source, context_uri, track_id FROM counted_play
        WHERE account_id = %s AND track_id IS NOT NULL
          AND played_at >= %s AND (played_at, place, id) < (%s, %s, %s)
        ORDER BY played_at DESC, place DESC, id DESC LIMIT %s
    ) played
    CROSS JOIN LATERAL (
        SELECT {COLUMNS} FROM track {joins_of("played.account_id")} WHERE track.id = played.track_id OFFSET 0
    ) known
    ORDER BY played.played_at DESC, played.place DESC, played.id DESC
"""
PREPARED_PLAYS = Prepared("page_of_plays", PLAYS)
BEGINNING = datetime(1, 1, 1, tzinfo=UTC)
END = datetime(9999, 12, 31, tzinfo=UTC)


class Place(NamedTuple):
    """A place in a history: just before the play that ended at `played_at` and has this place among those that did.

    The id tells plays apart that have both in common, which no two different plays are likely to.
    """

    played_at: datetime
    place: int
    id: int


class HeardPlay(NamedTuple):
    """A play that counts; `ms_played` is None where the source does not know it."""

    place: Place
    ms_played: int | None
    source: str
    context_uri: str | None
    track: KnownTrack


@dataclass(frozen=True, slots=True)
class HistoryPage:
    """`next` is where the following page begins, None on the last one."""

    plays: tuple[HeardPlay, ...]
    next: Place | None


def history(
    account_id: int, limit: int, start: datetime | None = None, end: datetime | None = None, before: Place | None = None
) -> HistoryPage:
    """At most `limit` plays with start <= played_at < end, from `before` on towards the past."""
    beginning = Place(end or END, 0, 0)  # ids begin with 1, so this is before everything that ended at `end`
    if before is not None:
        beginning = min(beginning, before)
    found = prepared_rows(PREPARED_PLAYS, account_id, start or BEGINNING, *beginning, limit + 1)
    plays = tuple(
        HeardPlay(Place(played_at, place, play_id), ms_played, source, context_uri, known_track(*track))
        for played_at, place, play_id, ms_played, source, context_uri, *track in found[:limit]
    )
    return HistoryPage(plays, plays[-1].place if len(found) > limit else None)
