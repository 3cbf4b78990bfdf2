"""/docs: the API for people, from the same document that programs get."""

from functools import cache

from starlette.requests import Request
from starlette.responses import Response

from web.handlers.params import parameters
from web.http.answers import not_modified
from web.http.services import services
from web.openapi.reference import reference
from web.pages.frame import page, page_tag
from web.pages.templates import render


def docs(request: Request) -> Response:
    """The page, for everybody."""
    parameters(request)
    tag = page_tag(request, [])
    if unchanged := not_modified(request, tag):
        return unchanged
    return page(request, "docs.html", {"reference": _reference(services(request).base_path)}, tag=tag)


@cache
def _reference(base_path: str) -> str:
    """What is in the page's frame: the same for as long as the program runs."""
    return render("reference.html", {"reference": reference(), "base_path": base_path})
