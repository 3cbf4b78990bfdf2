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

# Recordings. One stands in the list as its track that was heard most. Of equals, the lowest number comes first: so a
# list is the same however often it is asked for.
RECORDINGS = f"""
    SELECT {RECORDING} AS recording, -(max(ARRAY[heard.plays, -track.id]))[2] AS track_id,
           sum(heard.plays)::bigint AS plays, sum(heard.ms)::bigint AS ms {{more}}
    FROM ({{heard}}) heard JOIN track ON track.id = heard.track_id {RECORDING_JOINS}
    GROUP BY 1
"""
SPAN = ", min(first_played_at) AS first_played_at, max(last_played_at) AS last_played_at"
TOP = f"""
    WITH recordings AS MATERIALIZED ({RECORDINGS.format(heard=by_track(), more=SPAN)}),
    everything AS (
        SELECT sum(plays)::bigint AS all_plays, sum(ms)::bigint AS all_ms, count(*) AS total FROM recordings
    ), shown AS (
        SELECT row_number() OVER (ORDER BY {{order}}, track_id) AS rank, *
        FROM (SELECT * FROM recordings ORDER BY {{order}}, track_id LIMIT %(limit)s) top
    )
    SELECT shown.rank, shown.track_id, plays, ms, first_played_at, last_played_at, all_plays, all_ms, total,
           {{before}}, {COLUMNS}
    FROM shown CROSS JOIN everything JOIN track ON track.id = shown.track_id {JOINS} {{joined}}
    ORDER BY shown.rank
"""
BEFORE = f"""
    LEFT JOIN (
        SELECT recording, row_number() OVER (ORDER BY {{order}}, track_id) AS rank
        FROM ({RECORDINGS.format(heard=by_track("before_"), more="")}) recordings
    ) earlier ON earlier.recording = shown.recording
"""


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
    order = ORDERS[by]
    joined = BEFORE.format(order=order) if before else ""
    sql = TOP.format(order=order, before="earlier.rank" if before else "NULL", joined=joined)
    values = scope.values() | (before.values("before_") if before else {})
    found = rows(sql, **values, limit=limit)
    return TopTracks(found[0][8] if found else 0, tuple(_top_track(columns, by) for columns in found))


def _top_track(columns: tuple[Any, ...], by: str) -> TopTrack:
    rank, track_id, plays, ms, first, last, all_plays, all_ms, _, before, *track = columns
    share = plays / all_plays if by == "plays" else ms / all_ms if all_ms else 0.0
    return TopTrack(rank, before, track_id, known_track(*track), plays, ms, share, first, last)
