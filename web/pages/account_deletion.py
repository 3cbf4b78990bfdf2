"""POST /account/delete: end all access at once, and delete everything else behind it."""

import logging
import threading
from collections.abc import Mapping

from starlette.requests import Request
from starlette.responses import Response

from audit import note
from db.account_changes.deletion import close_account, delete_account
from db.engine.connection import DatabaseUnreachable
from insights.answers.reading import reading
from people.accounts import KnownAccount
from web.handlers.forms import fields
from web.pages.account import in_person
from web.pages.frame import page
from web.pages.own import invalid_field
from web.visitors.browser_session import end_browser_session
from web.visitors.visitor import NOBODY

log = logging.getLogger("insight")


@in_person
def delete_own(request: Request, own: KnownAccount, form: Mapping[str, object]) -> Response:
    """The page that confirms it, once the account's username has been typed."""
    if fields(form, "username").get("username", "").strip() != own.username:
        raise invalid_field("username", f"takes {own.username}, typed again: nothing was deleted")
    with reading():
        close_account(own.id)
    # A million plays take longer than a browser or a proxy waits. The hourly run finishes what is interrupted.
    threading.Thread(target=_delete, args=(own,), name="deletion", daemon=True).start()
    response = page(request, "deleted.html", {"username": own.username}, who=NOBODY)
    end_browser_session(request, response)
    return response


def _delete(own: KnownAccount) -> None:
    try:
        with reading():
            delete_account(own.id)
    except DatabaseUnreachable:
        log.warning("Deleting an account was interrupted; the next hourly run continues.")
    else:
        note("deleted", own.username)
