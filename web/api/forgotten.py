"""/forgotten/<username>: tracks that were heard often, and not for months."""

from starlette.requests import Request
from starlette.responses import Response

from insights.forgotten import ForgottenTrack, forgotten
from web.asking import COUNTING, OF, WHEN, Asked, answered
from web.shapes import track_shape, utc

MOST_MONTHS, DEFAULT_MONTHS = 120, 6
MOST_PLAYS, DEFAULT_PLAYS = 10_000, 10
MOST, DEFAULT = 500, 50


def user_forgotten(request: Request) -> Response:
    names = (*WHEN, *COUNTING, *OF, "months", "min_plays", "limit", "completeness")
    return answered(request, names, _forgotten, by_clock=True)


def _forgotten(asked: Asked) -> dict[str, object]:
    months = asked.number("months", 1, MOST_MONTHS, DEFAULT_MONTHS)
    min_plays = asked.number("min_plays", 1, MOST_PLAYS, DEFAULT_PLAYS)
    found = forgotten(asked.scope, asked.now, months, min_plays, asked.number("limit", 1, MOST, DEFAULT))
    return {
        "months": months,
        "min_plays": min_plays,
        "unheard_since": utc(found.unheard_since),
        "total": found.total,
        "tracks": [_shape(track) for track in found.tracks],
    }


def _shape(found: ForgottenTrack) -> dict[str, object]:
    return {
        "rank": found.rank,
        "id": found.id,
        "track": track_shape(found.track),
        "plays": found.plays,
        "ms_played": found.ms_played,
        "first_played_at": utc(found.first_played_at),
        "last_played_at": utc(found.last_played_at),
        "peak": {"month": f"{found.peak.month:%Y-%m}", "plays": found.peak.plays},
    }
