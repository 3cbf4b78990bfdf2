"""/history/<username>: every play, the newest first, page by page or all of it as a table."""

from datetime import datetime
from typing import Annotated, Literal

from msgspec import UNSET, Meta, UnsetType

from insights.answers.parameters import Reveals, Verbatim
from insights.answers.periods import BEGINNING, END
from insights.answers.values import Part, says
from insights.history import pages
from insights.history.cursors import PATTERN, cursor_at, place_of
from insights.history.filters import PlayFilter
from insights.history.reports import reports_of
from insights.history.wanted import Device, FromSource, Incognito, Offline, Search, Skipped, wanted_plays
from insights.plays.scope import Scope
from insights.question import OF, PERIOD, Asking, Question
from insights.shown.completeness import Completeness as HowComplete
from insights.shown.completeness import shown_completeness
from insights.shown.plays import Play, PlaysInBatches, shown_play
from insights.shown.reports import PlayReport, shown_report
from people.days import AN_INSTANT

NEXT = (
    "The next page, null on the last one: a path on this server, to be resolved against the address that you asked "
    "(RFC 3986), as in the Link header."
)
Address = Annotated[str, Meta(extra_json_schema={"format": "uri-reference"})]
Limit = Annotated[int, Meta(ge=1, le=500), says("The maximum number of plays on a page.")]
Cursor = Annotated[
    str,
    Verbatim(),
    Meta(pattern=PATTERN),
    says("Where the page begins: an opaque value from the previous page, valid with the same period and filters only."),
]
WithCompleteness = Annotated[
    Literal["true", "false"],
    says(
        "Whether to report how complete the period is. A period without a beginning starts at the oldest play on the "
        "page, and one without either bound ends at the newest."
    ),
]


WithCount = Annotated[
    Literal["true", "false"], says("Whether to count all plays of the period that the filters select.")
]
WithReports = Annotated[
    Literal["true", "false"],
    *map(Reveals, ("devices", "countries", "skips", "shuffle")),
    says("Whether to show what each source reported about the plays of the page."),
]
MOST_COUNTED = 10_000


class CountOfPlays(Part, frozen=True):
    plays: Annotated[int, Meta(ge=0, le=MOST_COUNTED), says("At most 10,000 are counted.")]
    more: Annotated[bool, says("Whether there are more.")]
    songs: Annotated[Annotated[int, Meta(ge=0)] | None, says("Of how many songs they are; null if there are more.")]


class History(Part, frozen=True):
    plays: Annotated[tuple[Play, ...], Meta(max_length=500)]
    next: Annotated[Address | None, says(NEXT)]
    completeness: Annotated[
        HowComplete | UnsetType | None,
        says("Only with `completeness=true`. Null if neither a play nor the period says when it begins."),
    ] = UNSET
    count: Annotated[CountOfPlays | UnsetType, says("Only with `count=true`.")] = UNSET
    reports: Annotated[
        tuple[tuple[PlayReport, ...], ...] | UnsetType,
        says("Only with `reports=true`: the reports of each play, in the order of `plays`, the one that counts first."),
    ] = UNSET


def history(
    asking: Asking,
    q: Search | None = None,
    device: Device | None = None,
    skipped: Skipped | None = None,
    source: FromSource | None = None,
    offline: Offline | None = None,
    incognito: Incognito | None = None,
    limit: Limit = 50,
    cursor: Cursor | None = None,
    completeness: WithCompleteness = "false",
    count: WithCount = "false",
    reports: WithReports = "false",
) -> History:
    """Every play, or those that you search for, the newest first.

    Follow `next`, or the Link header, until it is null. A page deep in the past is as fast as the first one, and plays
    that arrive meanwhile do not shift the pages. Plays of any length are listed. As CSV or NDJSON you get all plays of
    the period that the filters select at once, however many there are, without `limit`, `cursor` and what describes a
    page; what arrives while you download is included if it is older than what you have received so far.
    """
    filters = (q, device, skipped, source, offline, incognito)
    wanted, belongs_to = wanted_plays(asking.scope, *filters), _belongs_to(asking, filters)
    before = None if cursor is None else place_of("cursor", cursor, *belongs_to)
    page = pages.history(asking.account.id, limit, asking.period.start, asking.period.end, before, wanted)
    return History(
        tuple(map(shown_play, page.plays)),
        page.next and asking.page_at(cursor_at(page.next, *belongs_to)),
        _completeness(asking, page) if completeness == "true" else UNSET,
        _count(asking, wanted) if count == "true" else UNSET,
        _reports(asking, page) if reports == "true" else UNSET,
    )


def every_play(
    scope: Scope,
    q: str | None,
    device: str | None,
    skipped: str | None,
    source: str | None,
    offline: str | None,
    incognito: str | None,
) -> PlaysInBatches:
    wanted = wanted_plays(scope, q, device, skipped, source, offline, incognito)
    return PlaysInBatches(scope.account_id, scope.period, wanted)


def _belongs_to(asking: Asking, filters: tuple[str | None, ...]) -> tuple[object, ...]:
    """What a cursor is valid for. Without filters, cursors stay valid that were issued before there were filters."""
    whole = (asking.account.username, asking.period.start, asking.period.end)
    return (*whole, asking.items, filters) if asking.items or any(filters) else whole


def _count(asking: Asking, wanted: PlayFilter) -> CountOfPlays:
    period = asking.period
    amount = pages.how_many(asking.account.id, MOST_COUNTED + 1, period.start, period.end, wanted)
    more = amount.plays > MOST_COUNTED
    return CountOfPlays(min(amount.plays, MOST_COUNTED), more, None if more else amount.songs)


def _reports(asking: Asking, page: pages.HistoryPage) -> tuple[tuple[PlayReport, ...], ...]:
    ids = [play.id for play in page.plays]
    return tuple(tuple(map(shown_report, reports)) for reports in reports_of(asking.account.id, ids).values())


def _completeness(asking: Asking, page: pages.HistoryPage) -> HowComplete | None:
    bounds = _bounds(asking, page)
    return shown_completeness(asking.account.id, *bounds, asking.now) if bounds else None


def _bounds(asking: Asking, page: pages.HistoryPage) -> tuple[datetime, datetime] | None:
    """The bounds of the period; the page supplies those that it lacks, but a period with only a beginning ends now."""
    start, end = asking.period.start, asking.period.end
    if start != BEGINNING:
        return start, asking.now if end == END else end
    if not page.plays:
        return None
    newest = page.plays[0].played_at + AN_INSTANT
    return page.plays[-1].played_at, newest if end == END else end


QUESTION = Question(
    "history",
    history,
    takes=PERIOD + OF,
    lists="plays",
    in_batches=every_play,
    reads_sums=False,
    # Links for one period that were shared before this question took periods would show every play in it.
    for_period_links=False,
    page="History",
)
