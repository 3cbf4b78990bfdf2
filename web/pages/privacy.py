"""/privacy: what is stored, for how long, who can see it, and how to delete it."""

from starlette.requests import Request
from starlette.responses import Response

from web.handlers.params import parameters
from web.http.answers import not_modified
from web.http.services import services
from web.pages.frame import page, page_tag


def privacy(request: Request) -> Response:
    """The page, for everybody."""
    parameters(request)
    is_kept = services(request).keep_after_disconnect
    tag = page_tag(request, [], is_kept)
    if unchanged := not_modified(request, tag):
        return unchanged
    return page(request, "privacy.html", {"keep_after_disconnect": is_kept}, tag=tag)
