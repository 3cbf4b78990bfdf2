"""The tracks that were heard most: by plays or by time, with what they were before."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from db.connection import rows
from db.same_recording import RECORDING, RECORDING_JOINS
from insights.ranking import ORDERS
from insights.scope import Scope
from insights.sources import by_track
from insights.tracks import COLUMNS, JOINS, KnownTrack, known_track

# Recordings, ranked. One stands in the list as its track that was heard most. Of equals, the lowest number comes first:
# so a list is the same however often it is asked for.
RANKED = f"""
    SELECT recording, track_id, plays, ms, first_played_at, last_played_at,
           row_number() OVER (ORDER BY {{order}}, track_id) AS rank,
           sum(plays) OVER ()::bigint AS all_plays, sum(ms) OVER ()::bigint AS all_ms, count(*) OVER () AS total
    FROM (
        SELECT {RECORDING} AS recording, -(max(ARRAY[heard.plays, -track.id]))[2] AS track_id,
               sum(heard.plays)::bigint AS plays, sum(heard.ms)::bigint AS ms,
               min(first_played_at) AS first_played_at, max(last_played_at) AS last_played_at
        FROM ({{heard}}) heard JOIN track ON track.id = heard.track_id {RECORDING_JOINS}
        GROUP BY 1
    ) recordings
"""
TOP = f"""
    WITH ranked AS ({RANKED}), shown AS (SELECT * FROM ranked ORDER BY rank LIMIT %(limit)s)
    SELECT shown.rank, shown.track_id, plays, ms, first_played_at, last_played_at, all_plays, all_ms, shown.total,
           {{before}}, {COLUMNS}
    FROM shown JOIN track ON track.id = shown.track_id {JOINS} {{joined}}
    ORDER BY shown.rank
"""
BEFORE = "LEFT JOIN (SELECT recording, rank FROM ({}) ranked) earlier ON earlier.recording = shown.recording"


@dataclass(frozen=True, slots=True)
class TopTrack:
    """`share` of all plays, or of all time, in the period (0 to 1). `rank_before` is None for what was not heard in the
    period before, and where there is none.
    """

    rank: int
    rank_before: int | None
    id: int
    track: KnownTrack
    plays: int
    ms_played: int
    share: float
    first_played_at: datetime
    last_played_at: datetime


@dataclass(frozen=True, slots=True)
class TopTracks:
    """`total` is how many there are in all."""

    total: int
    tracks: tuple[TopTrack, ...]


def top_tracks(scope: Scope, by: str, limit: int) -> TopTracks:
    """The first `limit`; one query."""
    before = scope.before
    ranked_before = RANKED.format(order=ORDERS[by], heard=by_track("before_"))
    sql = TOP.format(
        order=ORDERS[by],
        heard=by_track(),
        before="earlier.rank" if before else "NULL",
        joined=BEFORE.format(ranked_before) if before else "",
    )
    values = scope.values() | (before.values("before_") if before else {})
    found = rows(sql, **values, limit=limit)
    return TopTracks(found[0][8] if found else 0, tuple(_top_track(columns, by) for columns in found))


def _top_track(columns: tuple[Any, ...], by: str) -> TopTrack:
    rank, track_id, plays, ms, first, last, all_plays, all_ms, _, before, *track = columns
    share = plays / all_plays if by == "plays" else ms / all_ms if all_ms else 0.0
    return TopTrack(rank, before, track_id, known_track(*track), plays, ms, share, first, last)
