"""POST /appearance: the theme of pages in this browser, for every reader."""

from urllib.parse import SplitResult, urlsplit

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Match

from web.handlers.forms import Form, fields
from web.handlers.params import parameters
from web.http.consent_flow import is_own_path
from web.http.consent_redirect import NO_STORE
from web.http.errors import bad_parameter
from web.http.services import services
from web.http.themes import THEMES, remember_theme


def change_theme(request: Request, form: Form) -> Response:
    """Redirect to the page that the form was on."""
    parameters(request)
    theme = fields(form, "theme").get("theme", "")
    if theme not in THEMES:
        raise bad_parameter("theme", f"must be one of {', '.join(THEMES)}")
    response = RedirectResponse(_page_before(request), 303, NO_STORE)
    remember_theme(request, response, theme)
    return response


def _page_before(request: Request) -> str:
    """The path that the browser names, on this service only; the home page if that is the answer to another form."""
    before, base_path = _referer(request), services(request).base_path
    path = f"{before.path}?{before.query}" if before.query else before.path
    is_below = path.startswith(f"{base_path}/") and is_own_path(path)
    return path if is_below and _can_be_read(request, before.path.removeprefix(base_path)) else f"{base_path}/"


def _referer(request: Request) -> SplitResult:
    """The address that the client sends; empty if it is not a valid one."""
    try:
        return urlsplit(request.headers.get("referer", ""))
    except ValueError:
        return urlsplit("")


def _can_be_read(request: Request, path: str) -> bool:
    scope = {"type": "http", "method": "GET", "path": path, "root_path": ""}
    return any(route.matches(scope)[0] is Match.FULL for route in request.app.routes)
