"""/top-tracks/<username>: the tracks that were heard most in a period."""

from starlette.requests import Request
from starlette.responses import Response

from insights.top_tracks import TopTrack, top_tracks
from web.asking import COUNTING, OF, WHEN, Asked, answered
from web.shapes import track_shape, utc

MOST, DEFAULT = 1000, 50


def user_top_tracks(request: Request) -> Response:
    return answered(request, (*WHEN, *COUNTING, *OF, "by", "limit", "completeness"), top_tracks_answer)


def top_tracks_answer(asked: Asked) -> dict[str, object]:
    found = top_tracks(asked.scope, asked.by, asked.number("limit", 1, MOST, DEFAULT))
    return {"by": asked.by, "total": found.total, "tracks": [_shape(track) for track in found.tracks]}


def _shape(found: TopTrack) -> dict[str, object]:
    return {
        "rank": found.rank,
        "rank_before": found.rank_before,
        "id": found.id,
        "track": track_shape(found.track),
        "plays": found.plays,
        "ms_played": found.ms_played,
        "share": round(found.share, 6),
        "first_played_at": utc(found.first_played_at),
        "last_played_at": utc(found.last_played_at),
    }
