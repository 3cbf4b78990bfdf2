"""/user-recommendations/<username>: the list that was made for a date."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from starlette.requests import Request
from starlette.responses import Response

from insights.reading import reading
from insights.recommendations import NoRun, StoredRun, recommendations
from recommend.nightly import listening_day
from web.answers import answer, not_modified
from web.errors import Problem, bad_parameter
from web.etags import etag
from web.params import a_date, asked_account, one_of, parameters, whole_number
from web.services import services
from web.shapes import item_shape, utc

KINDS = ("rotation", "forgotten")
MOST = 100


def user_recommendations(request: Request) -> Response:
    given = parameters(request, "date", "kind", "limit")
    limit, kind = whole_number(given, "limit", 1, MOST, MOST), one_of(given, "kind", KINDS)
    asked = a_date(given, "date")
    with reading():
        account = asked_account(request)
        now = services(request).now()
        day = _day(asked, now, account.zones.at(now))
        tag = etag(request, [account], day, kind, limit)
        if unchanged := not_modified(request, tag):
            return unchanged
        run = recommendations(account.id, day, limit, kind)
    if isinstance(run, NoRun):
        raise _no_list(account.username, day, run.latest_available)
    return answer(request, _shape(account.username, run), tag)


def _day(asked: date | None, now: datetime, time_zone: str) -> date:
    """The date asked for, or without one the day that is being listened: it begins at 04:00, as the lists do."""
    if asked is None:
        return listening_day(now, time_zone)
    if asked > now.astimezone(ZoneInfo(time_zone)).date():
        raise bad_parameter("date", f"takes no date in the future: it is not {asked} yet in {time_zone}")
    return asked


def _no_list(username: str, day: date, latest: date | None) -> Problem:
    cure = f"the latest is of {latest}" if latest else "none was made yet; lists are made each night after 04:00"
    return Problem(404, f"{username} has no recommendations for {day}: {cure}.", latest_available=latest)


def _shape(username: str, run: StoredRun) -> dict[str, object]:
    return {
        "username": username,
        "date": run.date,
        "as_of": utc(run.as_of),
        "time_zone": run.time_zone,
        "status": run.status,
        "engine": run.engine,
        "items": [item_shape(item) for item in run.items],
    }
