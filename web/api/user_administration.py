"""POST /users, and /users/<username>/invitation, /disable, /enable: how administrators manage accounts."""

from datetime import timedelta

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from db.people.invitations import DAYS
from insights.answers.reading import reading
from insights.answers.values import moment
from people.access import disable, enable
from people.account_changes import add_account
from people.accounts import Account, find_account
from web.accounts.invitations import new_invitation
from web.accounts.user import one_user
from web.answer_types.administration import Invitation
from web.handlers.forms import Form, fields
from web.handlers.params import USERNAME, parameters
from web.http.answers import JSON, plain_answer
from web.http.consent_redirect import way_to_spotify
from web.http.errors import no_account
from web.http.services import services
from web.visitors.administrators import administrator


def add_user(request: Request, form: Form) -> Response:
    """A new account, private and not connected."""
    by = administrator(request)
    parameters(request)
    sent = fields(form, "username", "time_zone")
    with reading():
        account = add_account(sent.get("username", ""), sent.get("time_zone", ""), services(request).scan_mode, by)
        shape = one_user(request, account)
    return _created(shape, f"{services(request).base_path}/users/{account.username}")


def invite_user(request: Request, form: Form) -> Response:
    """The link with which the listener connects the account; only this answer shows it."""
    by = administrator(request)
    parameters(request)
    fields(form)
    way_to_spotify(request)
    with reading():
        account = _administered(request)
        url = new_invitation(request, account, by)
    ends = services(request).now() + timedelta(days=DAYS)
    return _created(Invitation(account.username, url, moment(ends)))


def disable_user(request: Request, form: Form) -> Response:
    """From now on, nobody can sign in to it or read it, and nothing is collected for it; no data is lost."""
    by = administrator(request)
    parameters(request)
    fields(form)
    with reading():
        account = _administered(request)
        disable(account, by)
        return plain_answer(one_user(request, _administered(request)))


def enable_user(request: Request, form: Form) -> Response:
    """From now on, it is as it was before it was disabled."""
    by = administrator(request)
    parameters(request)
    fields(form)
    with reading():
        account = _administered(request)
        enable(account, by)
        return plain_answer(one_user(request, _administered(request)))


def _administered(request: Request) -> Account:
    username = request.path_params["username"]
    account = find_account(username) if USERNAME.fullmatch(username) else None
    if account is None:
        raise no_account(username)
    return account


def _created(body: object, location: str | None = None) -> Response:
    headers = {"Cache-Control": "no-store"} | ({"Location": location} if location else {})
    return Response(msgspec.json.encode(body), 201, headers, JSON)
