"""/gaps/<username>: the times for which an account's plays are probably missing, the newest first."""

from typing import Annotated, Literal

from msgspec import Meta

from insights.answers.values import Moment, Part, moment, says
from insights.plays.gaps import gaps, missing_plays
from insights.plays.spans import Span
from insights.question import PERIOD, Asking, Question, each_minute
from insights.shown.completeness import Gap, shown_gap

Status = Annotated[Literal["open", "closed"], says("Whether to list open gaps or closed ones.")]
Limit = Annotated[int, Meta(ge=1, le=500), says("The maximum number to list; `total` says how many there are.")]


class Gaps(Part, frozen=True):
    as_of: Annotated[Moment, says("The minute for which this was computed.")]
    total: Annotated[int, Meta(ge=0), says("How many gaps there are in total.")]
    missing_plays: Annotated[int, Meta(ge=0), says("About how many plays are missing in all gaps together.")]
    gaps: tuple[Gap, ...]


def missing(asking: Asking, status: Status = "open", limit: Limit = 50) -> Gaps:
    """When plays are probably missing.

    Computed when you ask, to the minute. An open gap is one of two things: a time that no export covers and with fewer
    plays than you usually play at the same hours of the week, in the four weeks before and after; or a time since your
    first known play that neither an import nor collection covers, such as the time between two exports, or since the
    newest one. To close gaps, import a newer export from Spotify. Only the part of a gap that is in the period counts.
    """
    period = asking.period
    listed = [
        gap
        for gap in gaps(asking.account.id, asking.now, Span(period.start, period.end))
        if (gap.closed_by is None) == (status == "open")
    ]
    return Gaps(moment(asking.now), len(listed), missing_plays(listed), tuple(map(shown_gap, listed[:limit])))


QUESTION = Question(
    "gaps",
    missing,
    takes=PERIOD,
    lists="gaps",
    by_clock=each_minute,
    reads_sums=False,
    for_period_links=False,
    page="Gaps",
)
