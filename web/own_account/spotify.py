"""/account/spotify, POST /account/disconnect: the connection to Spotify, and its end."""

from collections.abc import Mapping

from starlette.requests import Request
from starlette.responses import Response

from db.collecting.live import live_problem
from db.people.scan_modes import scanning_of
from insights.answers.reading import reading
from people.accounts import Account
from people.consent import consent_of
from people.disconnecting import disconnect as disconnect_account
from people.last_collected import last_collected
from spotify import player
from web.handlers.forms import fields
from web.http.services import services, spotify_data_deleted_at
from web.own_account.own_page import OwnPage
from web.pages.own import back
from web.visitors.actors import actor


def _values(request: Request, own: Account) -> Mapping[str, object]:
    app = services(request)
    with reading():
        collected, scanning = last_collected([own.id]).get(own.id), scanning_of(own.id)
        problem = live_problem(own.id) if scanning.mode != "recent" else None
    return {
        "consent": consent_of(own, app.now()),
        "goes_at": spotify_data_deleted_at(request, own),
        "can_connect": app.consent is not None,
        "zone": own.zones.at(app.now()),
        "last_collected_at": collected,
        "scanning": scanning,
        "live_allowed": player.allows(scanning.scopes),
        "live_problem": problem,
    }


SPOTIFY = OwnPage("spotify", "spotify.html", _values)


@SPOTIFY.form
def disconnect(request: Request, own: Account, form: Mapping[str, object]) -> Response:
    """Delete Spotify's tokens at once. Plays stay, and so do the listener's own tokens and links."""
    fields(form)
    with reading():
        disconnect_account(own, actor(request))
    return back(request, "connection")
