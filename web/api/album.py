"""/album/<id>/<username>: how one album was heard, track by track, and next to which albums."""

from functools import partial

from starlette.requests import Request
from starlette.responses import Response

from insights.one_album import one_album
from web.asking import Asked, answered
from web.one_item import NAMES, found_item, heard_shape, item_album_shape, most_heard_shape, neighbour_shape
from web.shapes import track_shape


def user_album(request: Request) -> Response:
    return answered(request, NAMES, partial(_album, request))


def _album(request: Request, asked: Asked) -> dict[str, object]:
    found = found_item(request, asked, "album", one_album)
    return {
        "id": found.id,
        "album": item_album_shape(found.album),
        **heard_shape(found.heard),
        "tracks": [most_heard_shape(heard, "track", track_shape(track)) for heard, track in found.tracks],
        "neighbours": [neighbour_shape(near, "album", item_album_shape(album)) for near, album in found.neighbours],
    }
