"""POST /account/visibility, /account/time-zone, /account/disconnect: what a listener decides about the own account."""

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
from web.pages.own import back, only

NOW, ALWAYS = "now", "always"


@in_person
def change_visibility(request: Request, own: KnownAccount, form: Mapping[str, object]) -> Response:
    """Whether everybody may read the account, or nobody but its listener and who has a token or link."""
    visibility = only(fields(form, "visibility"), "visibility", VISIBILITIES)
    with reading():
        set_visibility(own.id, visibility)
    note("visibility-changed", own.username, visibility=visibility)
    return back(request, "reading")


@in_person
def change_time_zone(request: Request, own: KnownAccount, form: Mapping[str, object]) -> Response:
    """Where the listener lives from now on, or has lived always."""
    given = fields(form, "time_zone", "since")
    zone, since = given.get("time_zone", "").strip(), only({"since": NOW, **given}, "since", (NOW, ALWAYS))
    with reading():
        set_time_zone(own.id, zone, services(request).now(), always=since == ALWAYS)
    note("time-zone-changed", own.username, time_zone=zone, since=since)
    return back(request, "time-zone")


@in_person
def disconnect(request: Request, own: KnownAccount, form: Mapping[str, object]) -> Response:
    """Spotify's tokens are forgotten at once; plays stay, and so do our own tokens and links."""
    fields(form)
    with reading():
        disconnect_account(own.id)
    note("disconnected", own.username)
    return back(request, "connection")
