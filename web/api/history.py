"""/history/<username>: what an account played, the newest first."""

from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import Response

from insights.history import Place, history
from insights.reading import reading
from web.answers import answer, not_modified
from web.cursors import cursor, place
from web.errors import bad_parameter
from web.etags import etag
from web.params import a_moment, asked_account, instant_of, parameters, whole_number
from web.services import services
from web.shapes import play_shape

MOST, DEFAULT = 500, 50


def user_history(request: Request) -> Response:
    given = parameters(request, "from", "to", "limit", "cursor")
    limit = whole_number(given, "limit", 1, MOST, DEFAULT)
    beginning, ending = a_moment(given, "from"), a_moment(given, "to")
    before = place("cursor", given.get("cursor"), *_question(request, given))
    with reading():
        account = asked_account(request)
        start, end = instant_of(beginning, account.zones), instant_of(ending, account.zones)
        if start and end and start >= end:
            raise bad_parameter("to", "takes a moment later than `from`: the period ends before it")
        tag = etag(request, [account], start, end, before, limit)
        if unchanged := not_modified(request, tag):
            return unchanged
        page = history(account.id, limit, start, end, before)
    following = _next_url(request, given, page.next)
    body = {
        "username": account.username,
        "time_zone": account.zones.at(services(request).now()),
        "plays": [play_shape(play) for play in page.plays],
        "next": following,
    }
    return answer(request, body, tag, {"next": following} if following else None)


def _question(request: Request, given: dict[str, str]) -> tuple[str, ...]:
    """What a cursor belongs to: all but how many at a time."""
    return request.path_params["username"], given.get("from", ""), given.get("to", "")


def _next_url(request: Request, given: dict[str, str], following: Place | None) -> str | None:
    if following is None:
        return None
    parameters = {**given, "cursor": cursor(following, *_question(request, given))}
    return f"{request.url.path}?{urlencode(parameters)}"
