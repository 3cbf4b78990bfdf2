"""/account/delete: end all access at once, and then delete everything else."""

import logging
import threading
from collections.abc import Mapping

from starlette.requests import Request
from starlette.responses import Response

from db.engine.connection import DatabaseUnreachable
from insights.answers.reading import reading
from people.accounts import Account
from people.deletion import NotConfirmed, close, confirm, delete
from web.handlers.forms import fields
from web.languages.sentences import Sentence
from web.own_account.own_page import OwnPage
from web.pages.frame import page
from web.pages.own import invalid_field
from web.visitors.browser_session import end_browser_session
from web.visitors.visitor import NOBODY

log = logging.getLogger("insight")


def _values(_request: Request, _own: Account) -> Mapping[str, object]:
    return {}


DELETION = OwnPage("delete", "delete.html", _values)


@DELETION.form
def delete_own(request: Request, own: Account, form: Mapping[str, object]) -> Response:
    """The page that confirms it, once the account's username has been typed."""
    try:
        confirm(own, fields(form, "username").get("username", ""))
    except NotConfirmed as error:
        raise invalid_field(
            "username", Sentence("must be %(name)s, typed again: nothing was deleted", name=own.username)
        ) from error
    with reading():
        close(own)
    # A million plays take longer than a browser or a proxy waits. The hourly run finishes what is interrupted.
    threading.Thread(target=_delete, args=(own,), name="deletion", daemon=True).start()
    response = page(request, "deleted.html", {"username": own.username}, who=NOBODY)
    end_browser_session(request, response)
    return response


def _delete(own: Account) -> None:
    try:
        with reading():
            delete(own)
    except DatabaseUnreachable:
        log.warning("Deleting an account was interrupted; the next hourly run continues.")
