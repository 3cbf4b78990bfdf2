"""POST /account/delete: nobody gets in from that moment on, and everything else goes behind it."""

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
from web.http.answers import HTML
from web.http.consent_redirect import NO_STORE
from web.http.services import services
from web.http.templates import render
from web.pages.account import in_person
from web.pages.own import not_so
from web.visitors.browser_session import take_back

log = logging.getLogger("insight")


@in_person
def delete_own(request: Request, own: Account, form: Mapping[str, object]) -> Response:
    """A page that says so, once the account's username has been typed."""
    try:
        confirm(own, fields(form, "username").get("username", ""))
    except NotConfirmed as error:
        raise not_so("username", f"takes {own.username}, typed again: nothing was deleted") from error
    with reading():
        close(own)
    # A million plays take longer than a browser or a proxy waits; what is interrupted the hourly run finishes.
    threading.Thread(target=_delete, args=(own,), name="deletion", daemon=True).start()
    known = services(request)
    page = render("deleted.html", username=own.username, version=known.version, base_path=known.base_path)
    response = Response(page, 200, NO_STORE, HTML)
    take_back(request, response)
    return response


def _delete(own: Account) -> None:
    try:
        with reading():
            delete(own)
    except DatabaseUnreachable:
        log.warning("The deletion of an account was interrupted; the next hourly run goes on with it.")
