"""/docs: the API for people, from the same document that programs get."""

from functools import cache

from starlette.requests import Request
from starlette.responses import Response

from web.handlers.params import parameters
from web.http.answers import not_modified
from web.http.assets import digest
from web.http.services import services
from web.languages.current import language
from web.pages.frame import page, page_tag
from web.pages.templates import render
from web.reference.building import reference


def docs(request: Request) -> Response:
    """The page, for everybody."""
    parameters(request)
    tag = page_tag(request, [], digest("docs.css"))
    if unchanged := not_modified(request, tag):
        return unchanged
    return page(request, "docs.html", {"content": _content(services(request).base_path, language())}, tag=tag)


@cache
def _content(base_path: str, _language: str) -> str:
    """HTML that stays the same as long as the program runs; building it takes a tenth of a second for each language."""
    return render("reference.html", {"reference": reference(), "base_path": base_path})
