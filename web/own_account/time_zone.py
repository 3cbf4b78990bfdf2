"""POST /account/time-zone: where a listener lives, which determines the day and hour of each play."""

from collections.abc import Mapping

from starlette.requests import Request
from starlette.responses import Response

from insights.answers.reading import reading
from people.account_changes import Changes, change_account
from people.accounts import Account
from web.handlers.forms import fields
from web.http.services import services
from web.own_account.preferences import PREFERENCES
from web.pages.own import back, one_of
from web.visitors.actors import actor

NOW, ALWAYS = "now", "always"


@PREFERENCES.form
def change_time_zone(request: Request, own: Account, form: Mapping[str, object]) -> Response:
    """Set where the listener lives from now on, or has always lived."""
    sent, now = fields(form, "time_zone", "since"), services(request).now()
    zone, since = sent.get("time_zone", "").strip(), one_of({"since": NOW, **sent}, "since", (NOW, ALWAYS))
    with reading():
        change_account(own, Changes(time_zone=zone, since=now, always=since == ALWAYS), now, actor(request))
    return back(request, "time-zone")
