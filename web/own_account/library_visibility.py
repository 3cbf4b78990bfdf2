"""POST /account/library/visibility: whether others who may read the account see its library."""

from collections.abc import Mapping

from starlette.requests import Request
from starlette.responses import Response

from connect.spotify_library import let_others_see_library
from insights.answers.reading import reading
from people.accounts import Account
from web.handlers.forms import fields
from web.own_account.preferences import PREFERENCES
from web.pages.own import back, is_checked
from web.visitors.actors import actor


@PREFERENCES.form
def change_library_visibility(request: Request, own: Account, form: Mapping[str, object]) -> Response:
    """Show the library to others who may read the account, or only to its listener."""
    shown = is_checked(fields(form, "shown"), "shown")
    with reading():
        let_others_see_library(own, shown=shown, by=actor(request))
    return back(request, "library")
