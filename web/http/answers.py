"""Responses: JSON, HTML and files, with the headers that make repeated requests cheap."""

from collections.abc import Mapping

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from web.http.etags import client_has, client_has_any

CACHING = {
    "Cache-Control": "private, no-cache",
    "Vary": "Accept, Authorization, Cookie, Accept-Encoding, Accept-Language",
}
RAW_CACHING = [(name.lower().encode(), value.encode()) for name, value in CACHING.items()]  # as ASGI takes them
HTML = "text/html; charset=utf-8"
JSON = "application/json"


class NotModified(Response):
    """304, built without what only answers with a body need: many requests end here."""

    def __init__(self, tag: str) -> None:
        self.status_code, self.body, self.background = 304, b"", None
        self.raw_headers = [*RAW_CACHING, (b"etag", tag.encode())]


def not_modified(request: Request, tag: str) -> Response | None:
    """304 if the client already has this answer; to be checked before the database is queried."""
    return unchanged(tag) if client_has(request, tag) else None


def unchanged(tag: str) -> Response:
    """304: the client has this answer."""
    return NotModified(tag)


def answer(request: Request, body: object, tag: str, links: Mapping[str, str] | None = None) -> Response:
    """200 with `body` as JSON; text is HTML, bytes are encoded JSON. `links`, by relation, become the Link header."""
    content = body if isinstance(body, str | bytes) else msgspec.json.encode(body)
    if client_has_any(request):
        return unchanged(tag)
    headers = {**CACHING, "ETag": tag}
    if links:
        headers["Link"] = ", ".join(f'<{url}>; rel="{relation}"' for relation, url in links.items())
    return Response(content, 200, headers, HTML if isinstance(body, str) else JSON)


def file_answer(request: Request, content: str | bytes, media_type: str, name: str, tag: str) -> Response:
    """200 with `content` as a file that browsers save as `name`."""
    if client_has_any(request):
        return unchanged(tag)
    return Response(content, 200, file_headers(name, tag), media_type)


def file_headers(name: str, tag: str) -> dict[str, str]:
    """The headers of an answer that a browser saves as `name`."""
    return {**CACHING, "ETag": tag, "Content-Disposition": f'attachment; filename="{name}"'}


def plain_answer(body: object) -> Response:
    """200 with `body` as JSON that is valid for this moment only."""
    return Response(msgspec.json.encode(body), headers={"Cache-Control": "no-store"}, media_type=JSON)
