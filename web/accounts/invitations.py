"""The link of an invitation, with which a listener connects an account."""

from urllib.parse import urlencode

from starlette.requests import Request

from people.access import invite
from people.accounts import Account
from people.actors import Actor
from web.http.consent_flow import PATH
from web.http.consent_redirect import way_to_spotify
from web.http.services import services


def new_invitation(request: Request, account: Account, by: Actor) -> str:
    """The address of a new invitation, which can be shown only once. Needs an open connection.

    Raises AccountError, and Problem 503 if connecting is not possible.
    """
    consent = way_to_spotify(request)
    query = urlencode({"username": account.username, "invitation": invite(account, by).text})
    return f"{consent.origin}{services(request).base_path}{PATH}?{query}"
