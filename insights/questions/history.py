"""/history/<username>: every play, the newest first, page by page or all of it as a table."""

from datetime import datetime
from typing import Annotated, Literal

from msgspec import UNSET, Meta, UnsetType

from insights.answers.parameters import Verbatim
from insights.answers.periods import BEGINNING, END
from insights.answers.values import Part, says
from insights.plays import history as pages
from insights.plays.cursors import PATTERN, cursor_at, place_of
from insights.plays.scope import Scope
from insights.question import PERIOD, Asking, Question
from insights.shown.completeness import Completeness as HowComplete
from insights.shown.completeness import shown_completeness
from insights.shown.plays import Play, PlaysInBatches, shown_play
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
    says("Where the page begins: an opaque value from the previous page, valid with the same period only."),
]
WithCompleteness = Annotated[
    Literal["true", "false"],
    says(
        "Whether to report how complete the period is. A period without a beginning starts at the oldest play on the "
        "page, and one without either bound ends at the newest."
    ),
]


class History(Part, frozen=True):
    plays: Annotated[tuple[Play, ...], Meta(max_length=500)]
    next: Annotated[Address | None, says(NEXT)]
    completeness: Annotated[
        HowComplete | UnsetType | None,
        says("Only with `completeness=true`. Null if neither a play nor the period says when it begins."),
    ] = UNSET


def history(
    asking: Asking, limit: Limit = 50, cursor: Cursor | None = None, completeness: WithCompleteness = "false"
) -> History:
    """Every play, the newest first.

    Follow `next`, or the Link header, until it is null. A page deep in the past is as fast as the first one, and plays
    that arrive meanwhile do not shift the pages. Plays of any length are listed. As CSV or NDJSON you get all plays of
    the period at once, however many there are, without `limit` and `cursor`; what arrives while you download is
    included if it is older than what you have received so far.
    """
    period, belongs_to = asking.period, (asking.account.username, asking.period.start, asking.period.end)
    before = None if cursor is None else place_of("cursor", cursor, *belongs_to)
    page = pages.history(asking.account.id, limit, period.start, period.end, before)
    following = page.next and asking.page_at(cursor_at(page.next, *belongs_to))
    complete = _completeness(asking, page) if completeness == "true" else UNSET
    return History(tuple(map(shown_play, page.plays)), following, complete)


def every_play(scope: Scope) -> PlaysInBatches:
    return PlaysInBatches(scope.account_id, scope.period)


def _completeness(asking: Asking, page: pages.HistoryPage) -> HowComplete | None:
    bounds = _bounds(asking, page)
    return shown_completeness(asking.account.id, *bounds, asking.now) if bounds else None


def _bounds(asking: Asking, page: pages.HistoryPage) -> tuple[datetime, datetime] | None:
    """Those of the period; where it has none, the page's, but a period that only begins lasts until now."""
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
    takes=PERIOD,
    lists="plays",
    in_batches=every_play,
    reads_sums=False,
    # Links of one period that were given away before it took periods would show every play of theirs.
    for_period_links=False,
    page="History",
)
