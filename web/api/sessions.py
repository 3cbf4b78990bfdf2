"""/sessions/<username>: plays in a row without a long silence between them."""

from datetime import timedelta

from starlette.requests import Request
from starlette.responses import Response

from insights.sessions import Session, Sessions, sessions
from web.asking import COUNTING, WHEN, Asked, answered
from web.shapes import utc

MOST_GAP, DEFAULT_GAP = 240, 20  # minutes
MOST, DEFAULT = 100, 10


def user_sessions(request: Request) -> Response:
    return answered(request, (*WHEN, *COUNTING, "gap", "limit", "completeness"), sessions_answer)


def sessions_answer(asked: Asked) -> dict[str, object]:
    gap = asked.number("gap", 1, MOST_GAP, DEFAULT_GAP)
    found = sessions(asked.scope, timedelta(minutes=gap), asked.number("limit", 1, MOST, DEFAULT))
    return {
        "gap": gap,
        "total": found.total,
        "plays": found.plays,
        "ms_played": found.ms_played,
        "length_ms": found.length_ms,
        "average": _average(found),
        "median": _median(found),
        "start_hour": found.start_hour,
        "start_hour_sessions": found.start_hour_sessions,
        "longest": [_shape(session) for session in found.longest],
    }


def _average(found: Sessions) -> dict[str, object] | None:
    if not found.total:
        return None
    return {"plays": round(found.plays / found.total, 2), "length_ms": round(found.length_ms / found.total)}


def _median(found: Sessions) -> dict[str, object] | None:
    if found.median_plays is None or found.median_length_ms is None:
        return None
    return {"plays": round(found.median_plays, 2), "length_ms": round(found.median_length_ms)}


def _shape(found: Session) -> dict[str, object]:
    return {
        "start": utc(found.start),
        "end": utc(found.end),
        "day": found.day.isoformat(),
        "plays": found.plays,
        "length_ms": found.length_ms,
        "ms_played": found.ms_played,
    }
