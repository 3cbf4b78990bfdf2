"""/discoveries/<username>: when tracks and artists were heard for the first time ever."""

from starlette.requests import Request
from starlette.responses import Response

from insights.discoveries import DiscoveredTrack, Discoveries, DiscoveryStep, discoveries
from insights.steps import MOST_STEPS, STEPS, TooManySteps
from web.asking import COUNTING, WHEN, Asked, answered
from web.errors import bad_parameter
from web.shapes import track_shape, utc

MOST, DEFAULT = 100, 20
DEFAULT_STEP = "month"
TOO_MANY = f"takes a longer step for so long a period: at most {MOST_STEPS} steps are listed"


def user_discoveries(request: Request) -> Response:
    return answered(request, (*WHEN, *COUNTING, "step", "limit", "completeness"), discoveries_answer)


def discoveries_answer(asked: Asked) -> dict[str, object]:
    step = asked.choice("step", STEPS, DEFAULT_STEP)
    try:
        found = discoveries(asked.scope, step, asked.number("limit", 1, MOST, DEFAULT))
    except TooManySteps as error:
        raise bad_parameter("step", TOO_MANY) from error
    return {
        "step": step,
        "total": _total(found),
        "steps": [_shape(each) for each in found.steps],
        "newest": [_track_shape(track) for track in found.newest],
    }


def _total(found: Discoveries) -> dict[str, object]:
    tracks, plays = sum(step.tracks for step in found.steps), sum(step.plays for step in found.steps)
    return _counts(tracks, sum(step.artists for step in found.steps), plays)


def _shape(found: DiscoveryStep) -> dict[str, object]:
    counts = _counts(found.tracks, found.artists, found.plays)
    return {"start": found.start.isoformat(), "end": found.end.isoformat(), **counts}


def _counts(tracks: int, artists: int, plays: int) -> dict[str, object]:
    return {
        "new_tracks": tracks,
        "new_artists": artists,
        "plays": plays,
        "new_tracks_per_100_plays": round(100 * tracks / plays, 2) if plays else None,
    }


def _track_shape(found: DiscoveredTrack) -> dict[str, object]:
    return {
        "id": found.id,
        "track": track_shape(found.track),
        "discovered_at": utc(found.discovered_at),
        "plays": found.plays,
        "ms_played": found.ms_played,
    }
