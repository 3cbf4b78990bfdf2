"""/history/<username>: what an account played, the newest first."""

from datetime import datetime
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import Response

from insights.answers.reading import reading
from insights.plays.history import HistoryPage, Place, history
from insights.shown.completeness import Completeness, shown_completeness
from insights.shown.plays import shown_play
from people.accounts import Account
from people.days import AN_INSTANT
from web.handlers.params import a_moment, asked_account, asked_bounds, parameters, whole_number
from web.http.answers import answer, not_modified
from web.http.cursors import cursor, place
from web.http.etags import etag
from web.http.services import services
from web.questions.completeness import completeness_wanted, this_minute

MOST, DEFAULT = 500, 50


def user_history(request: Request) -> Response:
    given = parameters(request, "from", "to", "limit", "cursor", "completeness")
    limit = whole_number(given, "limit", 1, MOST, DEFAULT)
    beginning, ending = a_moment(given, "from"), a_moment(given, "to")
    now = this_minute(request) if completeness_wanted(given) else None
    before = place("cursor", given.get("cursor"), *_question(request, given))
    with reading():
        account = asked_account(request)
        start, end = asked_bounds(beginning, ending, account.zones)
        tag = etag(request, [account], start, end, before, limit, now)
        if unchanged := not_modified(request, tag):
            return unchanged
        page = history(account.id, limit, start, end, before)
        more = {"completeness": _completeness(account, page, start, end, now)} if now else {}
    following = _next_url(request, given, page.next)
    body = {
        "username": account.username,
        "time_zone": account.zones.at(services(request).now()),
        "plays": [shown_play(play) for play in page.plays],
        "next": following,
        **more,
    }
    return answer(request, body, tag, {"next": following} if following else None)


def _completeness(
    account: Account, page: HistoryPage, start: datetime | None, end: datetime | None, now: datetime
) -> Completeness | None:
    """Of the period asked for; where it has no bound, the page's own, but a period that only begins lasts until now."""
    if page.plays and start is None:
        start = page.plays[-1].place.played_at
        end = end or page.plays[0].place.played_at + AN_INSTANT
    return shown_completeness(account.id, start, end or now, now) if start else None


def _question(request: Request, given: dict[str, str]) -> tuple[str, ...]:
    """What a cursor belongs to: all but how many at a time."""
    return request.path_params["username"], given.get("from", ""), given.get("to", "")


def _next_url(request: Request, given: dict[str, str], following: Place | None) -> str | None:
    if following is None:
        return None
    parameters = {**given, "cursor": cursor(following, *_question(request, given))}
    return f"{services(request).base_path}{request.scope['path']}?{urlencode(parameters)}"
