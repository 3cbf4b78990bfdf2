"""/top-genres/<username>: that the genres of what was heard are not known yet."""

from starlette.requests import Request
from starlette.responses import Response

from web.asking import COUNTING, OF, WHEN, Asked, answered


def user_top_genres(request: Request) -> Response:
    return answered(request, (*WHEN, *COUNTING, *OF, "by", "completeness"), top_genres_answer)


def top_genres_answer(asked: Asked) -> dict[str, object]:
    # No source tells genres, and none are made up.
    return {"by": asked.by, "known": False, "coverage": 0.0, "genres": []}
