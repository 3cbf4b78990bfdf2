"""POST /language, /account/language: choose the language of pages for this browser, or for an account."""

from collections.abc import Mapping

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from insights.answers.reading import reading
from people.accounts import Account
from people.languages import choose_language
from web.handlers.forms import Form, fields
from web.handlers.params import parameters
from web.http.consent_flow import is_own_path
from web.http.consent_redirect import NO_STORE
from web.http.services import services
from web.languages.catalogues import LANGUAGES
from web.languages.choosing import COOKIE
from web.pages.account import in_person
from web.pages.own import back, invalid_field, one_of
from web.visitors.actors import actor

BROWSER = "browser"  # which says by itself what its reader prefers
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


@in_person
def choose_for_account(request: Request, own: Account, form: Mapping[str, object]) -> Response:
    """For the listener in every browser; what was chosen for this browser alone is forgotten."""
    chosen = one_of(fields(form, "language"), "language", (BROWSER, *LANGUAGES))
    with reading():
        choose_language(own, None if chosen == BROWSER else chosen, actor(request))
    response = back(request, "language")
    response.delete_cookie(COOKIE, path=services(request).base_path or "/", httponly=True, samesite="lax")
    return response
