"""/privacy: what is stored, for how long, who can see it, and how to delete it."""

from starlette.requests import Request
from starlette.responses import Response

from metadata.services import MUSIC_SERVICES
from web.handlers.params import parameters
from web.http.answers import not_modified
from web.http.services import services
from web.pages.frame import page, page_tag


def privacy(request: Request) -> Response:
    """The page, for everybody."""
    parameters(request)
    app = services(request)
    tag = page_tag(request, [], app.keep_after_disconnect, *app.music_services)
    if unchanged := not_modified(request, tag):
        return unchanged
    values = {
        "keep_after_disconnect": app.keep_after_disconnect,
        "music_services": [service for service in MUSIC_SERVICES if service.name in app.music_services],
    }
    return page(request, "privacy.html", values, tag=tag)
