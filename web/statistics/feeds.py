"""/recap/<username>/feed.atom: an entry for each month and year that is over, for feed readers."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time
from uuid import NAMESPACE_URL, uuid5

from starlette.requests import Request
from starlette.responses import Response

from insights.answers.periods import Period, named_period
from insights.answers.reading import reading
from insights.answers.values import moment
from insights.questions.top_artists import top_artists
from insights.questions.totals import totals
from people.days import local_date
from recommend.questions import all_questions
from web.handlers.params import parameters
from web.http.origin import own_origin
from web.languages.writing import counted, duration, number
from web.pages.languages import _
from web.pages.xml import feed_answer
from web.questions.question_request import parsed_request
from web.questions.view import View
from web.statistics.days import Days, Unit

MONTHS, FIRST = 12, 5


@dataclass(frozen=True, slots=True)
class Entry:
    id: str
    title: str
    address: str
    updated: str
    summary: str
    artists: Sequence[tuple[str, str]]


def feed(request: Request) -> Response:
    """The last twelve months that are over, and the year if one ended with them; newest first."""
    parameters(request)
    question = all_questions()["recap"]
    with reading():
        parsed = parsed_request(request, {}, takes_period=False)
        with View(request, question, parsed).with_sums() as view:
            entries = [entry for name, unit in _names(view) if (entry := _entry(view, name, unit))]
    values = {
        "entries": entries,
        "id": _id(view, ""),
        "title": _("%(name)s in music") % {"name": view.account.display_name or view.account.username},
        "updated": entries[0].updated if entries else _empty_since(view),
        "here": _absolute(request, view.address(f"/recap/{view.account.username}/feed.atom")),
        "page": _absolute(request, view.address(f"/recap/{view.account.username}")),
    }
    return feed_answer(request, "statistics/feed.xml", values)


def _names(view: View) -> Iterator[tuple[str, Unit]]:
    today = local_date(view.scope.zones, view.parsed.now)
    months = today.year * 12 + today.month - 1  # since the year 0
    for each in range(months - 1, months - 1 - MONTHS, -1):
        year, month = divmod(each, 12)
        if month == 11:
            yield f"{year:04}", "year"
        yield f"{year:04}-{month + 1:02}", "month"


def _entry(view: View, name: str, unit: Unit) -> Entry | None:
    """None for a period without plays."""
    zones = view.scope.zones
    period = named_period(name, zones, local_date(zones, view.parsed.now), view.scope.week_starts)
    scope = replace(view.scope, period=period)
    sums = totals(scope).totals  # a recap contains both, so everybody who may ask it may read them
    if not sums.plays:
        return None
    return Entry(
        _id(view, name),
        _title(view, period, unit, sums.ms_played),
        _absolute(view.request, view.address(f"/recap/{view.account.username}", {"period": name})),
        _ended(view, period),
        _("%(plays)s, %(artists)s.")
        % {
            "plays": counted(sums.plays, "%(count)s play", "%(count)s plays"),
            "artists": counted(sums.artists, "%(count)s artist", "%(count)s artists"),
        },
        [(each.artist.name or "", number(each.plays)) for each in top_artists(scope, "plays", FIRST).artists],
    )


def _ended(view: View, period: Period) -> str:
    """When the period ended; for a restricted link only the day, because midnight would reveal the time zone."""
    if view.parsed.visitor.is_restricted:
        return _midnight(local_date(view.scope.zones, period.end))
    return moment(period.end)


def _empty_since(view: View) -> str:
    """The time for an empty feed, which for a restricted link says nothing about the account."""
    if view.parsed.visitor.is_restricted:
        return _midnight(view.parsed.now.astimezone(UTC).date().replace(day=1))
    return moment(view.account.created_at)


def _midnight(day: date) -> str:
    return moment(datetime.combine(day, time(), UTC))


def _title(view: View, period: Period, unit: Unit, ms_played: int) -> str:
    days = Days(unit, local_date(view.scope.zones, period.start), date.max).title
    return _("%(period)s: %(time)s of music") % {"period": days, "time": duration(ms_played)}


def _id(view: View, name: str) -> str:
    """The id of an entry, which never changes, whatever the address of the service."""
    account = view.account
    return uuid5(NAMESPACE_URL, f"insight:{moment(account.created_at)}:{account.username}:recap:{name}").urn


def _absolute(request: Request, address: str) -> str:
    return own_origin(request) + address
