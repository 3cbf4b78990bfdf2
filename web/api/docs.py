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
    return not_modified(request, tag) or answer(request, _page(known.version, known.base_path), tag)


@cache
def _page(version: str, base_path: str) -> str:
    """The same for as long as the program runs."""
    return render("docs.html", reference=reference(), version=version, base_path=base_path)
