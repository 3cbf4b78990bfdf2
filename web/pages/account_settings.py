"""POST /account/visibility, /account/time-zone, /account/disconnect: settings of a listener's own account."""

from collections.abc import Mapping

from starlette.requests import Request
from starlette.responses import Response

from db.people.account_status import VISIBILITIES
from insights.answers.reading import reading
from people.account_changes import Changes, change_account
from people.accounts import Account
from people.disconnecting import disconnect as disconnect_account
from web.handlers.forms import fields
from web.http.services import services
from web.pages.account import in_person
from web.pages.own import back, one_of
from web.visitors.actors import actor

NOW, ALWAYS = "now", "always"


@in_person
def change_visibility(request: Request, own: Account, form: Mapping[str, object]) -> Response:
    """Let everybody read the account, or only its listener and those with a token or a link."""
    visibility = one_of(fields(form, "visibility"), "visibility", VISIBILITIES)
    _change(request, own, Changes(visibility=visibility))
    return back(request, "reading")


@in_person
def change_time_zone(request: Request, own: Account, form: Mapping[str, object]) -> Response:
    """Set where the listener lives from now on, or has always lived."""
    sent = fields(form, "time_zone", "since")
    zone, since = sent.get("time_zone", "").strip(), one_of({"since": NOW, **sent}, "since", (NOW, ALWAYS))
    _change(request, own, Changes(time_zone=zone, since=services(request).now(), always=since == ALWAYS))
    return back(request, "time-zone")


@in_person
def disconnect(request: Request, own: Account, form: Mapping[str, object]) -> Response:
    """Delete Spotify's tokens at once. Plays stay, and so do the listener's own tokens and links."""
    fields(form)
    with reading():
        disconnect_account(own, actor(request))
    return back(request, "connection")


def _change(request: Request, own: Account, changes: Changes) -> None:
    with reading():
        change_account(own, changes, services(request).now(), actor(request))
