"""/top-artists/<username>: the artists that were heard most in a period."""

from starlette.requests import Request
from starlette.responses import Response

from insights.top_artists import top_artists
from web.asking import COUNTING, OF, WHEN, Asked, answered
from web.ranked import ranked_shape
from web.shapes import artist_shape

MOST, DEFAULT = 1000, 50


def user_top_artists(request: Request) -> Response:
    return answered(request, (*WHEN, *COUNTING, *OF, "by", "limit", "completeness"), top_artists_answer)


def top_artists_answer(asked: Asked) -> dict[str, object]:
    found = top_artists(asked.scope, asked.by, asked.number("limit", 1, MOST, DEFAULT))
    shown = [ranked_shape(ranked, "artist", artist_shape(artist)) for ranked, artist in found.artists]
    return {"by": asked.by, "total": found.total, "artists": shown}
