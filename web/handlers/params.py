"""Strict parsing of query strings: the error names anything unknown or malformed; nothing is guessed."""

import re
import time
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from urllib.parse import quote, urlencode

from starlette.requests import Request
from starlette.routing import Match, Route

from people.accounts import Account, account_formerly, find_account
from people.days import Zones
from web.http.errors import Moved, Problem, bad_parameter, no_account
from web.http.services import services
from web.languages.sentences import Sentence
from web.visitors.credentials import is_credential
from web.visitors.visitor import readable, visitor

USERNAME = re.compile(r"[A-Za-z0-9._-]{1,64}")  # no other can exist, so others are not looked up
STEP = 0.005  # seconds; looking up an account takes a fifth of that, and a little less if there is none
USERNAMES = {"username", "other"}  # the parts of paths that name accounts
USERNAMES_ASKED = {"user_name"}  # the parameters that name accounts, whose renaming they follow
DATE = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
INSTANT = re.compile(r"\d{4}-\d\d-\d\d[Tt]\d\d:\d\d(:\d\d(\.\d{1,6})?)?([Zz]|[+-]\d\d:\d\d)", re.ASCII)
PERIODS = Sentence(
    "must be today, week, month, year, all, 2025 (a year), 2025-06 (a month), 2025-W42 (a week) or 2025-06-01"
)
A_DATE = Sentence("must be a date that exists, such as 2026-11-20")
A_MOMENT = f"{A_DATE}, or an instant with its offset, as in 2026-11-20T18:30:00Z (a + in an offset is written %2B)"


def parameters(request: Request, *names: str) -> dict[str, str]:
    """The parameters, each given once. Raises Problem for one that is unknown or repeated."""
    query: dict[str, str] = {}
    if not request.scope["query_string"]:
        return query
    for name, value in request.query_params.multi_items():
        if is_credential(request, name):
            continue
        if name not in names:
            raise Problem(400, _unknown(name, names), parameter=name[:64])
        if name in query:
            raise bad_parameter(name, Sentence("is given more than once; give it once"))
        query[name] = value
    return query


def _unknown(name: str, names: Sequence[str]) -> Sentence:
    listed = ", ".join(f"`{accepted}`" for accepted in names)
    if not (name.isprintable() and name):
        return Sentence(
            "There is no parameter without a readable name; this address takes %(names)s.", names=listed or "none"
        )
    if not names:
        return Sentence("There is no parameter `%(name)s`; this address takes none.", name=name[:64])
    return Sentence("There is no parameter `%(name)s`; this address takes %(names)s.", name=name[:64], names=listed)


def whole_number(query: dict[str, str], name: str, least: int, most: int, default: int) -> int:
    value = query.get(name)
    if value is None:
        return default
    if not re.fullmatch(r"[0-9]{1,9}", value) or not least <= int(value) <= most:
        raise bad_parameter(name, Sentence("must be a whole number from %(least)s to %(most)s", least=least, most=most))
    return int(value)


def one_of(query: Mapping[str, str], name: str, choices: Sequence[str]) -> str | None:
    """None if it is absent."""
    value = query.get(name)
    if value is not None and value not in choices:
        raise bad_parameter(name, Sentence("must be one of %(choices)s", choices=", ".join(choices)))
    return value


def a_date(query: dict[str, str], name: str) -> date | None:
    """None if it is absent."""
    value = query.get(name)
    if value is None:
        return None
    try:
        return _date(value)
    except ValueError as error:
        raise bad_parameter(name, A_DATE) from error


def a_moment(query: Mapping[str, str], name: str) -> date | datetime | None:
    """A date (the listener's own day begins it) or an instant; None if it is absent."""
    value = query.get(name)
    if value is None:
        return None
    try:
        return _instant(value) if INSTANT.fullmatch(value) else _date(value)
    except (ValueError, OverflowError) as error:
        raise bad_parameter(name, A_MOMENT) from error


def _date(value: str) -> date:
    if not DATE.fullmatch(value):
        raise ValueError(value)
    return date.fromisoformat(value)


def _instant(value: str) -> datetime:
    return datetime.fromisoformat(value.upper()).astimezone(UTC)


def instant_of(moment: date | datetime | None, zones: Zones) -> datetime | None:
    """The instant a moment stands for: a date begins at the listener's own midnight."""
    if moment is None or isinstance(moment, datetime):
        return moment
    return zones.start_of(moment)


def bounds_of(
    beginning: date | datetime | None, ending: date | datetime | None, zones: Zones
) -> tuple[datetime | None, datetime | None]:
    """The instants of `from` and `to`, as `a_moment` parsed them. Raises Problem."""
    start, end = instant_of(beginning, zones), instant_of(ending, zones)
    if start and end and start >= end:
        raise bad_parameter("to", Sentence("must be later than `from`: the period ends before it"))
    return start, end


def a_username(query: dict[str, str], name: str) -> str:
    """A name that an account could have; required."""
    value = query.get(name, "")
    if not USERNAME.fullmatch(value):
        raise bad_parameter(name, Sentence("must be the name of an account; /users lists them all"))
    return value


def asked_account(request: Request, question: str | None = None, *, takes_period: bool = False) -> Account:
    """The account in the path, if the visitor may ask this question about it; needs an open connection.

    The `question` is the first part of the path by default. A missing account is refused like one that the visitor may
    not read. Raises Problem 401, 404, and Moved.
    """
    if visitor(request).period is not None and not takes_period:
        raise no_account(request.path_params["username"])
    return readable_account(request, request.path_params["username"], question)


def readable_account(request: Request, username: str, question: str | None = None) -> Account:
    """The account of this name, for any period. Raises Moved for a former name."""
    began = time.perf_counter()
    may_read, is_possible = readable(request, question), USERNAME.fullmatch(username)
    account = find_account(username) if is_possible else None
    if account is not None and may_read(account):
        return account
    moved = account_formerly(username) if is_possible else None
    if account is None and moved is not None and may_read(moved):
        raise Moved(same_address(request, username, moved.username))
    raise no_such_account(username, began)


def no_such_account(username: str, began: float) -> Problem:
    """The error for an account that is missing or private; `began` is when its look-up began (perf_counter).

    It waits for the next full step of time, so that the duration does not reveal which of the two it is.
    """
    time.sleep(STEP - (time.perf_counter() - began) % STEP)
    return no_account(username)


def same_address(request: Request, old: str, new: str) -> str:
    """The requested address, with another username in its path and in its query."""
    routes = (route for route in request.app.routes if isinstance(route, Route))
    template = next(route.path for route in routes if route.matches(request.scope)[0] is Match.FULL)
    named = {
        name: new if name in USERNAMES and value == old else quote(value, safe="")
        for name, value in request.path_params.items()
    }
    query = _same_query(request, old, new)
    return f"{services(request).base_path}{template.format(**named)}{query and '?'}{query}"


def _same_query(request: Request, old: str, new: str) -> str:
    """As it was sent, unless it names the account."""
    pairs = request.query_params.multi_items()
    named = [(name, new if name in USERNAMES_ASKED and value == old else value) for name, value in pairs]
    return request.url.query if named == pairs else urlencode(named)
