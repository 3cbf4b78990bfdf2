"""POST /language: choose the language of pages for this browser."""

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from web.handlers.forms import Form, fields
from web.handlers.params import parameters
from web.http.consent_flow import is_own_path
from web.http.consent_redirect import NO_STORE
from web.http.services import services
from web.languages.catalogues import LANGUAGES
from web.languages.choosing import COOKIE
from web.pages.own import invalid_field, one_of

A_YEAR = 365 * 86_400


def choose_for_browser(request: Request, form: Form) -> Response:
    """Remember it in a cookie, and go back to the page. Raises Problem 422."""
    parameters(request)
    sent = fields(form, "language", "next")
    language = one_of(sent, "language", tuple(LANGUAGES))
    go_on = sent.get("next") or "/"
    if not is_own_path(go_on):
        raise invalid_field("next", "must be a path of this service, such as /history/alice")
    response = RedirectResponse(f"{services(request).base_path}{go_on}", 303, NO_STORE)
    path, secure = services(request).base_path or "/", request.url.scheme == "https"
    response.set_cookie(COOKIE, language, A_YEAR, path=path, secure=secure, httponly=True, samesite="lax")
    return response
