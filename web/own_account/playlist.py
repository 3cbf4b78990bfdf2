"""POST /account/playlist: opt in to today's list as a private playlist on Spotify, or out."""

from collections.abc import Mapping

from starlette.requests import Request
from starlette.responses import Response

from connect.playlists import PlaylistNotAllowed, turn_off, turn_on
from insights.answers.reading import reading
from people.accounts import Account
from web.handlers.forms import fields
from web.languages.sentences import Sentence
from web.own_account.preferences import PREFERENCES
from web.pages.own import back, invalid_field, one_of
from web.visitors.actors import actor

ON, OFF = "on", "off"


@PREFERENCES.form
def change_playlist(request: Request, own: Account, form: Mapping[str, object]) -> Response:
    """Turn it on, if Spotify has granted the permission, or off, which leaves the playlist to its listener."""
    wanted = one_of(fields(form, "playlist"), "playlist", (ON, OFF))
    change = turn_on if wanted == ON else turn_off
    try:
        with reading():
            change(own, actor(request))
    except PlaylistNotAllowed as error:
        takes = Sentence("can be `on` only once Spotify has given permission: follow the link on this page")
        raise invalid_field("playlist", takes) from error
    return back(request, "playlist")
