"""/users/<username>: read one account; change it, as its listener or an administrator."""

import time

from starlette.requests import Request
from starlette.responses import Response

from insights.answers.reading import reading
from people.account_changes import change_account, is_renamed
from people.accounts import Account, find_account
from web.accounts.changes import changes_from
from web.accounts.user import name_only, one_user
from web.handlers.forms import Form
from web.handlers.params import USERNAME, no_such_account, parameters, readable_account
from web.http.answers import answer, not_modified, plain_answer
from web.http.errors import Problem
from web.http.etags import etag
from web.http.rate_limits import limited
from web.http.services import services
from web.visitors.actors import actor
from web.visitors.administrators import is_administrator
from web.visitors.visitor import readable, visitor

NOT_YOURS = "Only its listener, signed in, and administrators can change an account."


def user(request: Request) -> Response:
    """For visitors who may read it, and for administrators."""
    parameters(request)
    with reading():
        account = _seen(request, request.path_params["username"])
        if visitor(request).is_restricted:
            return name_only(request, account)
        shown = one_user(request, account)
    tag = etag(request, [account], shown)
    return not_modified(request, tag) or answer(request, shown, tag)


def _seen(request: Request, username: str) -> Account:
    account = find_account(username) if is_administrator(request) and USERNAME.fullmatch(username) else None
    return account or readable_account(request, username)


def change_user(request: Request, form: Form) -> Response:
    """For its listener in person and for administrators; the answer is like that of `user`, under the new name."""
    parameters(request)
    with reading():
        account = _own(request, request.path_params["username"])
        changes = changes_from(request, form)
        if is_renamed(account, changes):
            limited(request, "sign_in")  # a refusal tells that a name is taken, so nobody may try thousands
        changed = change_account(account, changes, services(request).now(), actor(request))
        return plain_answer(one_user(request, changed))


def _own(request: Request, username: str) -> Account:
    """Raises Problem 404 if the visitor may not know of it, and 403 if they may not change it."""
    began = time.perf_counter()
    account = find_account(username) if USERNAME.fullmatch(username) else None
    is_administered = is_administrator(request)
    if account is None or not (is_administered or readable(request)(account)):
        raise no_such_account(username, began)
    if not (is_administered or visitor(request).is_owner(account)):
        raise Problem(403, NOT_YOURS)
    return account
