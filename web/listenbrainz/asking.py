"""What the addresses under /1 share: their rate limit, their account, and parameters that are seconds."""

import time
from collections.abc import Mapping
from functools import wraps

from starlette.requests import Request
from starlette.responses import Response

from people.accounts import Account
from web.handlers.params import no_such_account, readable_account
from web.http.errors import bad_parameter
from web.http.rate_limits import address_of, limited
from web.languages.sentences import Sentence
from web.server.thread_pool import Handler
from web.visitors.visitor import visitor

LIMIT = "player"
LAST_SECOND = 253_402_300_799  # of the year 9999
SECONDS = Sentence("must be a number of seconds since 1970")
MOST_AT_ONCE, USUAL, MOST_OFFSET = 1000, 25, 10**9 - 1  # the first two as at ListenBrainz


def for_players(handler: Handler) -> Handler:
    """The same handler, limited to some requests per minute."""

    @wraps(handler)
    def answer(request: Request) -> Response:
        count_player(request)
        return handler(request)

    return answer


def count_player(request: Request) -> None:
    """Count a request: for an account's programs together, or else for an address. Raises Problem 401, 404 and 429."""
    who = visitor(request)
    is_known = who.account_id is not None and who.via != "link"
    limited(request, LIMIT, f"account {who.account_id}" if is_known else address_of(request))


def asked_about(request: Request, question: str) -> Account:
    """The account in the path, if the visitor may ask this question about it; links do not apply. Raises Problem."""
    return asked_about_named(request, request.path_params["username"], question)


def asked_about_named(request: Request, username: str, question: str) -> Account:
    """The account of this name."""
    if visitor(request).via == "link":
        raise no_such_account(username, time.perf_counter())
    return readable_account(request, username, question)


def a_second(query: Mapping[str, str], name: str) -> int | None:
    """None if it is absent."""
    value = query.get(name)
    if value is None:
        return None
    if not (value.isascii() and value.isdigit() and len(value) <= 12 and int(value) <= LAST_SECOND):
        raise bad_parameter(name, SECONDS)
    return int(value)
