"""/artist/<id>/<username>: how one artist was heard, with which tracks and albums, and next to whom."""

from functools import partial

from starlette.requests import Request
from starlette.responses import Response

from insights.one_artist import one_artist
from web.asking import Asked, answered
from web.one_item import (
    NAMES,
    found_item,
    heard_shape,
    item_album_shape,
    most_heard_shape,
    neighbour_shape,
)
from web.shapes import artist_shape, track_shape


def user_artist(request: Request) -> Response:
    return answered(request, NAMES, partial(_artist, request))


def _artist(request: Request, asked: Asked) -> dict[str, object]:
    found = found_item(request, asked, "artist", one_artist)
    return {
        "id": found.id,
        "artist": artist_shape(found.artist),
        **heard_shape(found.heard),
        "tracks": [most_heard_shape(heard, "track", track_shape(track)) for heard, track in found.tracks],
        "albums": [most_heard_shape(heard, "album", item_album_shape(album)) for heard, album in found.albums],
        "neighbours": [neighbour_shape(near, "artist", artist_shape(artist)) for near, artist in found.neighbours],
    }
