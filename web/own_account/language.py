"""POST /account/language: the language of pages for a listener, in every browser."""

from collections.abc import Mapping

from starlette.requests import Request
from starlette.responses import Response

from insights.answers.reading import reading
from people.accounts import Account
from people.languages import choose_language
from web.handlers.forms import fields
from web.http.services import services
from web.languages.catalogues import LANGUAGES
from web.languages.choosing import COOKIE
from web.own_account.preferences import PREFERENCES
from web.pages.own import back, one_of
from web.visitors.actors import actor

BROWSER = "browser"  # each browser's own preference


@PREFERENCES.form
def choose_for_account(request: Request, own: Account, form: Mapping[str, object]) -> Response:
    """Store the choice, and forget the one for this browser only."""
    chosen = one_of(fields(form, "language"), "language", (BROWSER, *LANGUAGES))
    with reading():
        choose_language(own, None if chosen == BROWSER else chosen, actor(request))
    response = back(request, "language")
    response.delete_cookie(COOKIE, path=services(request).base_path or "/", httponly=True, samesite="lax")
    return response
