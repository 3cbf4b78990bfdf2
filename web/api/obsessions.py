"""/obsessions/<username>: the tracks that took over whole weeks."""

from starlette.requests import Request
from starlette.responses import Response

from insights.obsessions import Obsession, obsessions
from web.asking import COUNTING, WHEN, Asked, answered
from web.shapes import track_shape

LEAST_PLAYS, MOST_PLAYS, DEFAULT_PLAYS = 2, 1000, 7
MOST_SHARE, DEFAULT_SHARE = 100, 10  # percent
MOST, DEFAULT = 500, 100


def user_obsessions(request: Request) -> Response:
    return answered(request, (*WHEN, *COUNTING, "min_plays", "min_share", "limit", "completeness"), obsessions_answer)


def obsessions_answer(asked: Asked) -> dict[str, object]:
    min_plays = asked.number("min_plays", LEAST_PLAYS, MOST_PLAYS, DEFAULT_PLAYS)
    min_share = asked.number("min_share", 1, MOST_SHARE, DEFAULT_SHARE)
    found = obsessions(asked.scope, min_plays, min_share, asked.number("limit", 1, MOST, DEFAULT))
    return {
        "min_plays": min_plays,
        "min_share": min_share,
        "week_starts": asked.scope.week_starts,
        "total": found.total,
        "obsessions": [_shape(obsession) for obsession in found.obsessions],
    }


def _shape(found: Obsession) -> dict[str, object]:
    return {
        "id": found.id,
        "track": track_shape(found.track),
        "first_week": found.first_week.isoformat(),
        "last_week": found.last_week.isoformat(),
        "weeks": found.weeks,
        "plays": found.plays,
        "share": round(found.share, 6),
    }
