"""/top-albums/<username>: the albums that were heard most in a period."""

from starlette.requests import Request
from starlette.responses import Response

from insights.top_albums import top_albums
from web.asking import COUNTING, OF, WHEN, Asked, answered
from web.one_item import item_album_shape
from web.ranked import ranked_shape

MOST, DEFAULT = 1000, 50


def user_top_albums(request: Request) -> Response:
    return answered(request, (*WHEN, *COUNTING, *OF, "by", "limit", "completeness"), top_albums_answer)


def top_albums_answer(asked: Asked) -> dict[str, object]:
    found = top_albums(asked.scope, asked.by, asked.number("limit", 1, MOST, DEFAULT))
    shown = [ranked_shape(ranked, "album", item_album_shape(album)) for ranked, album in found.albums]
    return {"by": asked.by, "total": found.total, "albums": shown}
