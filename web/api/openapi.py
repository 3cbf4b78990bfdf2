"""/openapi.json: every route, parameter, answer and error, for programs and their makers."""

from functools import cache
from pathlib import Path
from typing import Any

import orjson
from starlette.requests import Request
from starlette.responses import Response

from web.answers import answer, not_modified
from web.etags import etag
from web.params import parameters
from web.services import services

DOCUMENT = Path(__file__).parent.parent / "openapi.json"


@cache
def document(version: str) -> dict[str, Any]:
    """The document, kept by hand, with the version of this program."""
    found: dict[str, Any] = orjson.loads(DOCUMENT.read_bytes())
    found["info"]["version"] = version
    return found


async def openapi(request: Request) -> Response:
    parameters(request)
    tag = etag(request, [])
    return not_modified(request, tag) or answer(request, document(services(request).version), tag)
