"""/openapi.json: every route, parameter, answer and error, for programs and their makers."""

from starlette.requests import Request
from starlette.responses import Response

from web.answers import answer, not_modified
from web.etags import etag
from web.openapi_document import document
from web.params import parameters
from web.services import services


async def openapi(request: Request) -> Response:
    parameters(request)
    known = services(request)
    tag = etag(request, [])
    return not_modified(request, tag) or answer(request, document(known.version, known.base_path), tag)
