"""What all addresses below /account/imports share: they are about the account that is signed in."""

from collections.abc import Callable, Mapping
from functools import wraps
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from collect.uploads.background import BackgroundImports
from db.imports.imports import NoSuchImport, StoredImport, import_numbered
from people.accounts import Account
from web.handlers.forms import FormHandler, fields
from web.handlers.params import parameters
from web.http.consent_redirect import NO_STORE
from web.http.errors import Problem
from web.http.services import services
from web.pages.own import own_account
from web.pages.refusals import for_people
from web.server.thread_pool import Handler

IMPORTS = "/account/imports"
CURRENT = "/account/import"  # what is under way
NOT_FOUND = "There is no such import of yours; /account/imports lists them all."
MOST_DIGITS = 18


def of_own(handle: Callable[[Request, Account], Response]) -> Handler:
    """A handler for the listener who is signed in; everybody else is redirected to the sign-in page."""

    @for_people
    @wraps(handle)
    def handler(request: Request) -> Response:
        parameters(request)
        own = own_account(request)
        return to_sign_in(request) if own is None else handle(request, own)

    return handler


def sent_by_own(handle: Callable[[Request, Account], Response]) -> FormHandler:
    """The same for a form without fields."""

    def handler(request: Request, form: Mapping[str, object]) -> Response:
        def checked(request: Request, own: Account) -> Response:
            fields(form)
            return handle(request, own)

        return of_own(checked)(request)

    return handler


def to_sign_in(request: Request) -> Response:
    query = urlencode({"next": IMPORTS})
    return RedirectResponse(f"{services(request).base_path}/sign-in?{query}", 303, NO_STORE)


def back(request: Request, path: str = "") -> Response:
    return RedirectResponse(f"{services(request).base_path}{IMPORTS}{path}", 303, NO_STORE)


def own_import(request: Request, own: Account) -> StoredImport:
    """The import whose number is in the path; needs an open connection. Raises Problem 404."""
    number = request.path_params["number"]
    if number.isascii() and number.isdigit() and len(number) <= MOST_DIGITS:
        try:
            stored = import_numbered(int(number))
        except NoSuchImport:
            raise Problem(404, NOT_FOUND) from None
        if stored.account_id == own.id:
            return stored
    raise Problem(404, NOT_FOUND)


def background(request: Request) -> BackgroundImports:
    """Raises Problem 503."""
    imports = services(request).imports
    if imports is None:
        raise Problem(503, "This service imports nothing in the browser.")
    return imports
