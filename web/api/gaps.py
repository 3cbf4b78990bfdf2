"""/gaps/<username>: the times for which an account's plays are probably missing, the newest first."""

from datetime import UTC, datetime

from starlette.requests import Request
from starlette.responses import Response

from insights.gaps import gaps, missing_plays
from insights.reading import reading
from insights.spans import Span
from web.answers import answer, not_modified
from web.completeness import this_minute
from web.etags import etag
from web.params import a_moment, asked_account, asked_bounds, one_of, parameters, whole_number
from web.shapes import gap_shape, utc

MOST, DEFAULT = 500, 50
STATUSES = ("open", "closed")
BEGINNING, END = datetime(1, 1, 1, tzinfo=UTC), datetime(9999, 12, 31, tzinfo=UTC)


def user_gaps(request: Request) -> Response:
    given = parameters(request, "from", "to", "status", "limit")
    limit, status = whole_number(given, "limit", 1, MOST, DEFAULT), one_of(given, "status", STATUSES) or "open"
    beginning, ending = a_moment(given, "from"), a_moment(given, "to")
    with reading():
        account = asked_account(request)
        start, end = asked_bounds(beginning, ending, account.zones)
        now = this_minute(request)
        tag = etag(request, [account], start, end, status, limit, now)
        if unchanged := not_modified(request, tag):
            return unchanged
        found = gaps(account.id, now, Span(start or BEGINNING, end or END))
    asked = [gap for gap in found if (gap.closed_by is None) == (status == "open")]
    body = {
        "username": account.username,
        "time_zone": account.zones.at(now),
        "as_of": utc(now),
        "total": len(asked),
        "missing_plays": missing_plays(asked),
        "gaps": [gap_shape(gap) for gap in asked[:limit]],
    }
    return answer(request, body, tag)
