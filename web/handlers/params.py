"""Everything a query string can say, parsed strictly: what is not understood is refused by name, never guessed."""

import re
import time
from collections.abc import Sequence
from datetime import UTC, date, datetime
from urllib.parse import quote

from starlette.requests import Request
from starlette.routing import Match, Route

from people.accounts import Account, account_formerly, find_account
from people.days import Zones
from web.http.errors import Moved, Problem, bad_parameter, no_account
from web.http.services import services
from web.visitors.visitor import SHARE, readable, visitor

USERNAME = re.compile(r"[A-Za-z0-9._-]{1,64}")  # no other can exist; no other is asked of the database
STEP = 0.005  # seconds; looking an account up takes a fifth of it, and a little less where there is none
USERNAMES = {"username", "other"}  # the parts of paths that name accounts
DATE = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
INSTANT = re.compile(r"\d{4}-\d\d-\d\d[Tt]\d\d:\d\d(:\d\d(\.\d{1,6})?)?([Zz]|[+-]\d\d:\d\d)", re.ASCII)
A_DATE = "takes a date that exists, as in 2026-11-20"
A_MOMENT = f"{A_DATE}, or an instant with its offset, as in 2026-11-20T18:30:00Z (a + in an offset is written %2B)"


def parameters(request: Request, *known: str) -> dict[str, str]:
    """What was given, each parameter once. Raises Problem for one that is unknown or repeated."""
    given: dict[str, str] = {}
    for name, value in request.query_params.multi_items():
        if name == SHARE:  # says who asks, not what
            continue
        if name not in known:
            raise Problem(400, f"There is no parameter {_shown(name)}; {_listing(known)}.", parameter=name[:64])
        if name in given:
            raise bad_parameter(name, "is given more than once; it takes one value")
        given[name] = value
    return given


def _listing(known: Sequence[str]) -> str:
    return f"this address takes {', '.join(f'`{name}`' for name in known)}" if known else "this address takes none"


def _shown(name: str) -> str:
    return f"`{name[:64]}`" if name.isprintable() and name else "without a readable name"


def whole_number(given: dict[str, str], name: str, least: int, most: int, default: int) -> int:
    value = given.get(name)
    if value is None:
        return default
    if not re.fullmatch(r"[0-9]{1,9}", value) or not least <= int(value) <= most:
        raise bad_parameter(name, f"takes a whole number from {least} to {most}")
    return int(value)


def one_of(given: dict[str, str], name: str, choices: Sequence[str]) -> str | None:
    """None when it is not given."""
    value = given.get(name)
    if value is not None and value not in choices:
        raise bad_parameter(name, f"takes one of {', '.join(choices)}")
    return value


def a_date(given: dict[str, str], name: str) -> date | None:
    """None when it is not given."""
    value = given.get(name)
    if value is None:
        return None
    try:
        return _date(value)
    except ValueError as error:
        raise bad_parameter(name, A_DATE) from error


def a_moment(given: dict[str, str], name: str) -> date | datetime | None:
    """A date (the listener's own day begins it) or an instant; None when it is not given."""
    value = given.get(name)
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


def asked_bounds(
    beginning: date | datetime | None, ending: date | datetime | None, zones: Zones
) -> tuple[datetime | None, datetime | None]:
    """The instants of `from` and `to`, which `a_moment` read before the database was asked. Raises Problem."""
    start, end = instant_of(beginning, zones), instant_of(ending, zones)
    if start and end and start >= end:
        raise bad_parameter("to", "takes a moment later than `from`: the period ends before it")
    return start, end


def a_username(given: dict[str, str], name: str) -> str:
    """A name that an account could have; it must be given."""
    value = given.get(name, "")
    if not USERNAME.fullmatch(value):
        raise bad_parameter(name, "takes the name of an account; /users lists all there are")
    return value


def asked_account(request: Request, question: str | None = None, *, takes_period: bool = False) -> Account:
    """The account the path names, if the one who asks may ask this question about it; needs an open connection.

    The `question` is the first word of the path unless said. One that is not there is refused as one that may not be
    read. Raises Problem 401, 404, and Moved.
    """
    if visitor(request).period is not None and not takes_period:
        raise no_account(request.path_params["username"])
    return readable_account(request, request.path_params["username"], question)


def readable_account(request: Request, username: str, question: str | None = None) -> Account:
    """The same by its name, for any period. Raises Moved where that is a former one."""
    began = time.perf_counter()
    may_read, is_possible = readable(request, question), USERNAME.fullmatch(username)
    found = find_account(username) if is_possible else None
    if found is not None and may_read(found):
        return found
    moved = account_formerly(username) if is_possible else None
    if found is None and moved is not None and may_read(moved):
        raise Moved(same_address(request, username, moved.username))
    raise not_told(username, began)


def not_told(username: str, began: float) -> Problem:
    """What to raise about an account that is not there or may not be read, looked up since `began` (perf_counter).

    At full steps of time only, so that how long it took does not tell which of the two it was.
    """
    time.sleep(STEP - (time.perf_counter() - began) % STEP)
    return no_account(username)


def same_address(request: Request, old: str, new: str) -> str:
    """The address that was asked, with its query, with another username in its path."""
    routes = (route for route in request.app.routes if isinstance(route, Route))
    template = next(route.path for route in routes if route.matches(request.scope)[0] is Match.FULL)
    named = {
        name: new if name in USERNAMES and value == old else quote(value, safe="")
        for name, value in request.path_params.items()
    }
    query = f"?{request.url.query}" if request.url.query else ""
    return f"{services(request).base_path}{template.format(**named)}{query}"
