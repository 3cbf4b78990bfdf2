"""/1/stats/user/<username>/…: rankings and activity, in ListenBrainz' format."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from typing import Any

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from db.engine.streaming import snapshot
from insights.answers.periods import ALL, Period
from insights.answers.reading import reading
from insights.plays.scope import Scope, heard_between
from people.accounts import Account
from people.days import local_date
from web.answer_types.listens import RangeName
from web.handlers.params import one_of, parameters, whole_number
from web.http.answers import CACHING, answer, not_modified
from web.http.etags import etag
from web.http.services import services
from web.listenbrainz.asking import MOST_AT_ONCE, MOST_OFFSET, USUAL, asked_about, for_players
from web.listenbrainz.ranges import RANGES, DateRange, date_range, second
from web.server.thread_pool import Handler

NOTHING_HEARD = 204  # the answer of ListenBrainz if it has no statistics


@dataclass(frozen=True, slots=True)
class Asked:
    """A range of an account's plays. `dates` is None for all time."""

    account: Account
    name: RangeName
    dates: DateRange | None
    scope: Scope
    now: datetime
    count: int
    offset: int

    def head(self) -> dict[str, Any]:
        """The members that all statistics have; needs an open connection."""
        start, end = self.bounds()
        times = {"from_ts": second(start), "to_ts": second(end), "last_updated": second(self.now)}
        return {"user_id": self.account.username, "range": self.name, **times}

    def bounds(self) -> tuple[datetime, datetime]:
        """The bounds of the range; of all time, the first play and now."""
        if self.dates is not None:
            return self.scope.period.start, self.scope.period.end
        heard = heard_between(self.scope)
        return (heard[0] if heard else self.now), self.now


Compute = Callable[[Asked], msgspec.Struct | None]  # None: nothing was heard


def statistic(question: str, compute: Compute, *, is_paged: bool) -> Handler:
    """The handler of a statistic, which requires the right to ask `question`."""
    return for_players(partial(_answer, question, compute, ("count", "offset", "range") if is_paged else ("range",)))


def _answer(question: str, compute: Compute, takes: tuple[str, ...], request: Request) -> Response:
    query = parameters(request, *takes)
    name = _range(query)
    count = whole_number(query, "count", 1, MOST_AT_ONCE, USUAL)
    offset = whole_number(query, "offset", 0, MOST_OFFSET, 0)
    with reading():
        asked = _asked(request, asked_about(request, question), name, count, offset)
        period = asked.scope.period
        tag = etag(request, [asked.account], name, period.start, period.end, count, offset)
        if unchanged := not_modified(request, tag):
            return unchanged
        with snapshot():
            body = compute(replace(asked, scope=asked.scope.with_sums()))
    if body is None:
        return Response(status_code=NOTHING_HEARD, headers={**CACHING, "ETag": tag})
    return answer(request, body, tag)


def _range(query: Mapping[str, str]) -> RangeName:
    wanted = one_of(query, "range", RANGES)
    return next((name for name in RANGES if name == wanted), "all_time")


def _asked(request: Request, account: Account, name: RangeName, count: int, offset: int) -> Asked:
    now, weeks = services(request).now(), services(request).week_starts
    dates = date_range(name, local_date(account.zones, now), weeks)
    start_of = account.zones.start_of
    period = Period(None, start_of(dates.first), start_of(dates.end)) if dates else ALL
    scope = Scope(account.id, account.zones, period, week_starts=weeks)
    return Asked(account, name, dates, scope, now, count, offset)
