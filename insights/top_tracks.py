"""The tracks that were heard most: by plays or by time, with what they were before."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from db.connection import rows
from insights.ranking import ORDERS
from insights.scope import Scope
from insights.songs import heard_tracks, shown_as, songs
from insights.tracks import COLUMNS, JOINS, KnownTrack, known_track

SPAN = ", min(first_played_at) AS first_played_at, max(last_played_at) AS last_played_at"
# What each song is shown as is looked up for those in the list only.
TOP = f"""
    WITH heard AS MATERIALIZED ({heard_tracks()}), song AS MATERIALIZED ({songs("heard", SPAN)}),
    everything AS (
        SELECT sum(plays)::bigint AS all_plays, sum(ms)::bigint AS all_ms, count(*) AS total FROM song
    ), listed AS (
        SELECT row_number() OVER (ORDER BY {{order}}, name, song_id) AS rank, *
        FROM (SELECT * FROM song ORDER BY {{order}}, name, song_id LIMIT %(limit)s) top
    ), shown AS ({shown_as("listed")})
    SELECT listed.rank, shown.track_id, plays, ms, first_played_at, last_played_at, all_plays, all_ms, total,
           {{before}}, {COLUMNS}
    FROM listed JOIN shown USING (song_id) CROSS JOIN everything JOIN track ON track.id = shown.track_id {JOINS}
    {{joined}} ORDER BY listed.rank
"""
BEFORE = f"""
    LEFT JOIN (
        SELECT song_id, row_number() OVER (ORDER BY {{order}}, name, song_id) AS rank
        FROM ({songs(f"({heard_tracks('before_')})")}) song
    ) earlier ON earlier.song_id = listed.song_id
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
    """The first `limit` songs, each as its track that was heard most; equals are ordered by their names. One query."""
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
