"""POST /account/library and /account/library/visibility: whether Insight reads it from Spotify, and who sees it."""

from collections.abc import Mapping

from starlette.requests import Request
from starlette.responses import Response

from connect.spotify_library import LibraryNotAllowed, let_others_see_library, turn_library_off, turn_library_on
from insights.answers.reading import reading
from people.accounts import Account
from web.handlers.forms import fields
from web.languages.sentences import Sentence
from web.own_account.preferences import PREFERENCES
from web.pages.own import back, invalid_field, is_checked, one_of
from web.visitors.actors import actor

ON, OFF = "on", "off"


@PREFERENCES.form
def change_library(request: Request, own: Account, form: Mapping[str, object]) -> Response:
    """Turn it on, if Spotify has granted the permission, or off, which deletes what was read."""
    wanted = one_of(fields(form, "library"), "library", (ON, OFF))
    change = turn_library_on if wanted == ON else turn_library_off
    try:
        with reading():
            change(own, actor(request))
    except LibraryNotAllowed as error:
        takes = Sentence("can be `on` only once Spotify has given permission: follow the link on this page")
        raise invalid_field("library", takes) from error
    return back(request, "library")


@PREFERENCES.form
def change_library_visibility(request: Request, own: Account, form: Mapping[str, object]) -> Response:
    """Show the library to others who may read the account, or only to its listener."""
    shown = is_checked(fields(form, "shown"), "shown")
    with reading():
        let_others_see_library(own, shown=shown, by=actor(request))
    return back(request, "library")
