"""/privacy: in plain words what is kept, for how long, who sees it, and how it goes."""

from starlette.requests import Request
from starlette.responses import Response

from metadata.services import MUSIC_SERVICES
from web.handlers.params import parameters
from web.http.answers import answer, not_modified
from web.http.etags import etag
from web.http.services import services
from web.http.templates import render


def privacy(request: Request) -> Response:
    """The page, to everybody."""
    parameters(request)
    known = services(request)
    tag = etag(request, [], known.keep_after_disconnect, *known.music_services)
    if unchanged := not_modified(request, tag):
        return unchanged
    page = render(
        "privacy.html",
        keep_after_disconnect=known.keep_after_disconnect,
        music_services=[service for service in MUSIC_SERVICES if service.name in known.music_services],
        version=known.version,
        base_path=known.base_path,
    )
    return answer(request, page, tag)
