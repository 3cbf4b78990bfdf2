"""/openapi.json: every route, parameter, answer and error, for programs and their makers."""

from functools import cache

import orjson
from starlette.requests import Request
from starlette.responses import Response

from web.answers import answer, not_modified
from web.etags import etag
from web.openapi_document import document
from web.params import parameters
from web.services import services


def openapi(request: Request) -> Response:
    parameters(request)
    known = services(request)
    tag = etag(request, [])
    return not_modified(request, tag) or answer(request, _serialised(known.version, known.base_path), tag)


@cache
def _serialised(version: str, base_path: str) -> bytes:
    """The document takes 3 ms to write out, and is the same for as long as the program runs."""
    return orjson.dumps(document(version, base_path))
