"""/docs: the API for people, from the same document that programs get."""

from functools import cache

from starlette.requests import Request
from starlette.responses import Response

from web.handlers.params import parameters
from web.http.answers import answer, not_modified
from web.http.etags import etag
from web.http.services import services
from web.http.templates import render
from web.reference.building import reference


def docs(request: Request) -> Response:
    """The page, to everybody."""
    parameters(request)
    known = services(request)
    tag = etag(request, [])
    if unchanged := not_modified(request, tag):
        return unchanged
    content = _content(known.base_path)
    return answer(request, render("docs.html", content=content, version=known.version, base_path=known.base_path), tag)


@cache
def _content(base_path: str) -> str:
    """HTML of our own making: the same for as long as the program runs, and a tenth of a second's work."""
    return render("reference.html", reference=reference(), base_path=base_path)
