"""/users/<username>: one account, and what its listener or an administrator changes about it."""

import time

from starlette.requests import Request
from starlette.responses import Response

from advice import public_command
from audit import note
from db.account_changes.several import Changes, change_account
from insights.answers.reading import reading
from people.accounts import KnownAccount, known_account
from web.accounts.changes import asked_changes
from web.accounts.user import name_only, one_user
from web.handlers.forms import Form
from web.handlers.params import USERNAME, not_told, parameters, readable_account
from web.http.answers import answer, not_modified, plain_answer
from web.http.errors import Problem
from web.http.etags import etag
from web.http.rate_limits import limited
from web.http.services import services
from web.visitors.administrators import is_administrator
from web.visitors.visitor import readable, visitor

NOT_YOURS = "An account is changed by its listener, signed in, and by administrators."
NOT_SHOWN_BY_YOU = "Who may read an account is for its listener to decide, signed in."
GIVES_RIGHTS = "ADMINISTRATORS has this name, and with it go rights: `{renaming}` gives and takes it."


def user(request: Request) -> Response:
    """To who may read it, and to administrators."""
    parameters(request)
    with reading():
        account = _seen(request, request.path_params["username"])
        if visitor(request).is_restricted:
            return name_only(request, account)
        shown = one_user(request, account)
    tag = etag(request, [account], shown)
    return not_modified(request, tag) or answer(request, shown, tag)


def _seen(request: Request, username: str) -> KnownAccount:
    found = known_account(username) if is_administrator(request) and USERNAME.fullmatch(username) else None
    return found or readable_account(request, username)


def change_user(request: Request, form: Form) -> Response:
    """By its listener in person, or an administrator; answered as `user`, under the name that it has then."""
    parameters(request)
    with reading():
        account = _own(request, request.path_params["username"])
        changes = asked_changes(request, form)
        _check_rights(request, account, changes)
        change_account(account.id, account.username, changes)
        changed = known_account(changes.username or account.username)
        shown = one_user(request, changed or account)
    _note(request, account.username, changes)
    return plain_answer(shown)


def _own(request: Request, username: str) -> KnownAccount:
    """Raises Problem 404 where the one who asks may not know of it, 403 where they may not change it."""
    began = time.perf_counter()
    found = known_account(username) if USERNAME.fullmatch(username) else None
    is_administered = is_administrator(request)
    if found is None or not (is_administered or readable(request)(found)):
        raise not_told(username, began)
    if not (is_administered or visitor(request).is_owner(found)):
        raise Problem(403, NOT_YOURS)
    return found


def _check_rights(request: Request, account: KnownAccount, changes: Changes) -> None:
    if changes.visibility is not None and not visitor(request).is_owner(account):
        raise Problem(403, NOT_SHOWN_BY_YOU)
    if changes.username in {None, account.username}:
        return
    if {account.username, changes.username} & services(request).administrators:
        raise Problem(403, GIVES_RIGHTS.format(renaming=public_command("cli.py", "users rename")))
    limited(request, "sign_in")  # a refusal tells that a name is taken, so names cannot be tried by the thousand


def _note(request: Request, username: str, changes: Changes) -> None:
    by = visitor(request).username or ""
    if changes.time_zone is not None:
        note("time-zone-changed", username, time_zone=changes.time_zone, by=by)
    if changes.visibility is not None:
        note("visibility-changed", username, visibility=changes.visibility, by=by)
    if changes.username not in {None, username}:
        note("renamed", username, to=str(changes.username), by=by)
