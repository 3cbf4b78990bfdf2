"""/openapi.json: every route, parameter, answer and error, for programs and their makers."""

from functools import cache

import orjson
from starlette.requests import Request
from starlette.responses import Response

from web.handlers.params import parameters
from web.http.answers import answer, not_modified
from web.http.etags import etag
from web.http.services import services
from web.openapi.document import document


def openapi(request: Request) -> Response:
    parameters(request)
    app = services(request)
    tag = etag(request, [])
    return not_modified(request, tag) or answer(request, _serialised(app.version, app.base_path), tag)


@cache
def _serialised(version: str, base_path: str) -> bytes:
    """Cached: the document takes 3 ms to serialise, and stays the same while the program runs."""
    return orjson.dumps(document(version, base_path))
