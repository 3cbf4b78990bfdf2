"""POST /users, and /users/<username>/invitation, /disable, /enable: what administrators do."""

from datetime import timedelta
from urllib.parse import urlencode

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from advice import public_command
from audit import note
from db.account_changes.usernames import add_account
from db.people.account_status import disable_account, enable_account
from db.people.invitations import DAYS, make_invitation
from insights.answers.reading import reading
from insights.answers.values import moment
from people.accounts import KnownAccount, known_account
from web.accounts.changes import a_time_zone, new_username
from web.accounts.user import one_user
from web.answer_types.administration import Invitation
from web.answer_types.users import User
from web.handlers.forms import Form, fields
from web.handlers.params import USERNAME, parameters
from web.http.answers import JSON, plain_answer
from web.http.consent_flow import PATH
from web.http.consent_redirect import way_to_spotify
from web.http.errors import Problem, no_account
from web.http.services import services
from web.visitors.administrators import administrator

NOT_YOURSELF = "You would lock yourself out: let another administrator do it, or `{disabling}`."


def add_user(request: Request, form: Form) -> Response:
    """A new account, private and not connected."""
    by = administrator(request)
    parameters(request)
    given = fields(form, "username", "time_zone")
    username, zone = new_username(given), a_time_zone(given)
    with reading():
        add_account(username, zone)
        shown = _shown(request, username)
    note("added", username, by=by)
    return _created(shown, f"{services(request).base_path}/users/{username}")


def invite_user(request: Request, form: Form) -> Response:
    """The link with which its listener connects the account: it is answered this once only."""
    by = administrator(request)
    parameters(request)
    fields(form)
    consent, base_path = way_to_spotify(request), services(request).base_path
    with reading():
        account = _administered(request)
        _check_invitable(account)
        secret = make_invitation(account.id)
    note("invited", account.username, by=by)
    query = urlencode({"username": account.username, "invitation": secret.text})
    url = f"{consent.origin}{base_path}{PATH}?{query}"
    ends = services(request).now() + timedelta(days=DAYS)
    return _created(Invitation(account.username, url, moment(ends)))


def disable_user(request: Request, form: Form) -> Response:
    """Nobody gets in by the account, and nothing is collected for it; nothing is lost."""
    by = administrator(request)
    parameters(request)
    fields(form)
    with reading():
        account = _administered(request)
        if account.username == by:
            raise Problem(409, NOT_YOURSELF.format(disabling=public_command("cli.py", "users disable")))
        disable_account(account.id)
        shown = _shown(request, account.username)
    note("disabled", account.username, by=by)
    return plain_answer(shown)


def enable_user(request: Request, form: Form) -> Response:
    """As it was before it was disabled."""
    by = administrator(request)
    parameters(request)
    fields(form)
    with reading():
        account = _administered(request)
        enable_account(account.id)
        shown = _shown(request, account.username)
    note("enabled", account.username, by=by)
    return plain_answer(shown)


def _administered(request: Request) -> KnownAccount:
    username = request.path_params["username"]
    found = known_account(username) if USERNAME.fullmatch(username) else None
    if found is None:
        raise no_account(username)
    return found


def _check_invitable(account: KnownAccount) -> None:
    if account.disabled:
        raise Problem(409, f"{account.username} is disabled: enable it first.")
    if account.connected:
        raise Problem(409, f"{account.username} is connected already: its listener renews consent, signed in.")


def _shown(request: Request, username: str) -> User:
    account = known_account(username)
    if account is None:
        raise no_account(username)
    return one_user(request, account)


def _created(body: object, location: str | None = None) -> Response:
    headers = {"Cache-Control": "no-store"} | ({"Location": location} if location else {})
    return Response(msgspec.json.encode(body), 201, headers, JSON)
