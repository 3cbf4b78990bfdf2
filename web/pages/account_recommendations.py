"""POST /account/recommendations: how a listener wants the lists to be made."""

from collections.abc import Mapping

from starlette.requests import Request
from starlette.responses import Response

from insights.answers.reading import reading
from people.accounts import Account
from people.preferences import change_preferences
from web.handlers.forms import fields
from web.pages.account import in_person
from web.pages.own import back, not_so, only, whole
from web.visitors.actors import actor

AUTO, FIXED = "auto", "fixed"
ON = "on"


@in_person
def change_recommendations(request: Request, own: Account, form: Mapping[str, object]) -> Response:
    """From the next list on; the switch of the playlist is another form's."""
    given = fields(form, "dial", "adventurousness", "house", "listenbrainz")
    dial = None if only(given, "dial", (AUTO, FIXED)) == AUTO else whole(given, "adventurousness", 0, 100) / 100
    if given.get("house", ON) != ON:
        raise not_so("house", f"takes {ON}, or is left out")
    house, name = "house" in given, given.get("listenbrainz", "").strip()
    with reading():
        change_preferences(own, actor(request), adventurousness=dial, house=house, listenbrainz_user=name or None)
    return back(request, "recommendations")
