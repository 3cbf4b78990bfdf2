"""POST /account/visibility, /account/time-zone, /account/disconnect: settings of a listener's own account."""

from collections.abc import Mapping

from starlette.requests import Request
from starlette.responses import Response

from audit import note
from db.account_changes.time_zones import set_time_zone
from db.people.account_status import VISIBILITIES, set_visibility
from db.people.disconnecting import disconnect_account
from insights.answers.reading import reading
from people.accounts import KnownAccount
from web.handlers.forms import fields
from web.http.services import services
from web.pages.account import in_person
from web.pages.own import back, one_of

NOW, ALWAYS = "now", "always"


@in_person
def change_visibility(request: Request, own: KnownAccount, form: Mapping[str, object]) -> Response:
    """Let everybody read the account, or only its listener and those with a token or a link."""
    visibility = one_of(fields(form, "visibility"), "visibility", VISIBILITIES)
    with reading():
        set_visibility(own.id, visibility)
    note("visibility-changed", own.username, visibility=visibility)
    return back(request, "reading")


@in_person
def change_time_zone(request: Request, own: KnownAccount, form: Mapping[str, object]) -> Response:
    """Set where the listener lives from now on, or has always lived."""
    sent = fields(form, "time_zone", "since")
    zone, since = sent.get("time_zone", "").strip(), one_of({"since": NOW, **sent}, "since", (NOW, ALWAYS))
    with reading():
        set_time_zone(own.id, zone, services(request).now(), always=since == ALWAYS)
    note("time-zone-changed", own.username, time_zone=zone, since=since)
    return back(request, "time-zone")


@in_person
def disconnect(request: Request, own: KnownAccount, form: Mapping[str, object]) -> Response:
    """Delete Spotify's tokens at once. Plays stay, and so do the listener's own tokens and links."""
    fields(form)
    with reading():
        disconnect_account(own.id)
    note("disconnected", own.username)
    return back(request, "connection")
