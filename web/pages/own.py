"""A listener's own account: only the listener in person gets to its page, and what its forms are filled in with."""

from collections.abc import Mapping
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from insights.answers.reading import reading
from people.accounts import Account, find_account
from web.http.consent_redirect import NO_STORE
from web.http.errors import Problem
from web.http.services import services
from web.visitors.visitor import visitor

ACCOUNT = "/account"
FILLED_IN_WRONGLY = 422


def own_account(request: Request) -> Account | None:
    """The account of the listener who is signed in, None where nobody is (a token and a link are no person)."""
    who = visitor(request)
    if who.via != "session" or who.username is None:
        return None
    with reading():
        return find_account(who.username)


def to_sign_in(request: Request) -> Response:
    """There, and back to the page of the account afterwards."""
    query = urlencode({"next": ACCOUNT})
    return RedirectResponse(f"{services(request).base_path}/sign-in?{query}", 303, NO_STORE)


def back(request: Request, section: str) -> Response:
    """To the page of the account, at one of its sections, as it stands now."""
    return RedirectResponse(f"{services(request).base_path}{ACCOUNT}#{section}", 303, NO_STORE)


def only(form: Mapping[str, str], name: str, choices: tuple[str, ...]) -> str:
    """The field, which takes one of `choices`. Raises Problem 422."""
    value = form.get(name, "")
    if value not in choices:
        raise not_so(name, f"takes one of {', '.join(choices)}")
    return value


def whole(form: Mapping[str, str], name: str, least: int, most: int) -> int:
    """The field, which takes a whole number. Raises Problem 422."""
    value = form.get(name, "")
    if not (value.isascii() and value.isdigit() and len(value) < 19 and least <= int(value) <= most):
        raise not_so(name, f"takes a whole number from {least} to {most}")
    return int(value)


def not_so(name: str, takes: str) -> Problem:
    """A field that was filled in wrongly: said on the page again."""
    return Problem(FILLED_IN_WRONGLY, f"`{name}` {takes}.", parameter=name)
