"""/track/<id>/<username>: how one track was heard, and what it was played next to."""

from functools import partial

from starlette.requests import Request
from starlette.responses import Response

from insights.one_track import one_track
from web.asking import Asked, answered
from web.one_item import NAMES, found_item, heard_shape, neighbour_shape
from web.shapes import track_shape


def user_track(request: Request) -> Response:
    return answered(request, NAMES, partial(_track, request))


def _track(request: Request, asked: Asked) -> dict[str, object]:
    found = found_item(request, asked, "track", one_track)
    return {
        "id": found.id,
        "track": track_shape(found.track),
        **heard_shape(found.heard),
        "neighbours": [neighbour_shape(near, "track", track_shape(track)) for near, track in found.neighbours],
    }
