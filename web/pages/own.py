"""A listener's own account, for its pages, and the fields of its forms."""

from collections.abc import Mapping
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from insights.answers.reading import reading
from people.accounts import Account, find_account
from web.http.consent_redirect import NO_STORE
from web.http.errors import Problem
from web.http.services import services
from web.languages.sentences import Sentence
from web.pages.notices import leave_notice
from web.visitors.visitor import visitor

ACCOUNT = "/account"
PAGES = {  # the page of each section with a form
    "connection": "/spotify",
    "scan-mode": "/spotify",
    "collecting": "/spotify",
    "reading": "/privacy",
    "links": "/privacy",
    "tokens": "/tokens",
    "webhooks": "/webhooks",
    "time-zone": "/preferences",
    "language": "/preferences",
    "recommendations": "/preferences",
    "playlist": "/preferences",
    "library": "/preferences",
    "exclusions": "/exclusions",
    "recordings": "/recordings",
    "names": "/genres",
    "artists": "/genres",
}
UNPROCESSABLE = 422
CHECKED = "on"  # what browsers send for a checkbox
MOST_ID = 2**63 - 1  # the largest bigint


def own_account(request: Request) -> Account | None:
    """The account of the listener who is signed in; None for everybody else, also for a token or a link."""
    who = visitor(request)
    if who.via != "session" or who.username is None:
        return None
    with reading():
        return find_account(who.username)


def to_sign_in(request: Request, path: str = ACCOUNT) -> Response:
    """Redirect to the sign-in page, which leads back to this page of the account."""
    query = urlencode({"next": path})
    return RedirectResponse(f"{services(request).base_path}/sign-in?{query}", 303, NO_STORE)


def back(request: Request, section: str, notice: str | None = None) -> Response:
    """Redirect to a section of the account's pages, which confirms the change with a notice, by default its own."""
    address = f"{services(request).base_path}{ACCOUNT}{PAGES[section]}#{section}"
    response = RedirectResponse(address, 303, NO_STORE)
    leave_notice(request, response, notice or section)
    return response


def one_of(form: Mapping[str, str], name: str, choices: tuple[str, ...]) -> str:
    """The field, which must be one of `choices`. Raises Problem 422."""
    value = form.get(name, "")
    if value not in choices:
        raise invalid_field(name, Sentence("must be one of %(choices)s", choices=", ".join(choices)))
    return value


def is_checked(form: Mapping[str, str], name: str) -> bool:
    """Whether the checkbox was sent. Raises Problem 422."""
    if form.get(name, CHECKED) != CHECKED:
        raise invalid_field(name, Sentence("must be %(on)s, or left out", on=CHECKED))
    return name in form


def whole_number(form: Mapping[str, str], name: str, least: int, most: int) -> int:
    """The field, which must be a whole number. Raises Problem 422."""
    value = form.get(name, "")
    if not (value.isascii() and value.isdigit() and len(value) < 19 and least <= int(value) <= most):
        raise invalid_field(name, Sentence("must be a whole number from %(least)s to %(most)s", least=least, most=most))
    return int(value)


def invalid_field(name: str, takes: str) -> Problem:
    """The problem of a field that was filled in wrongly: the page is shown again, with this sentence."""
    return Problem(UNPROCESSABLE, Sentence("`%(name)s` %(takes)s.", name=name, takes=takes), parameter=name)
