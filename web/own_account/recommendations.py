"""POST /account/recommendations: how lists are made for a listener."""

from collections.abc import Mapping

from starlette.requests import Request
from starlette.responses import Response

from insights.answers.reading import reading
from people.accounts import Account
from people.preferences import change_preferences
from web.handlers.forms import fields
from web.own_account.preferences import PREFERENCES
from web.pages.own import back, is_checked, one_of, whole_number
from web.visitors.actors import actor

AUTO, FIXED = "auto", "fixed"


@PREFERENCES.form
def change_recommendations(request: Request, own: Account, form: Mapping[str, object]) -> Response:
    """Change how lists are made, from the next one on. The playlist has a form of its own."""
    sent = fields(form, "dial", "adventurousness", "house", "listenbrainz")
    is_auto = one_of(sent, "dial", (AUTO, FIXED)) == AUTO
    dial = None if is_auto else whole_number(sent, "adventurousness", 0, 100) / 100
    house, name = is_checked(sent, "house"), sent.get("listenbrainz", "").strip()
    with reading():
        change_preferences(own, actor(request), adventurousness=dial, house=house, listenbrainz_user=name or None)
    return back(request, "recommendations")
