"""/gaps/<username>: the times for which an account's plays are probably missing, the newest first."""

from typing import Annotated, Literal

from msgspec import Meta

from insights.answers.values import Moment, Part, moment, says
from insights.plays.gaps import gaps, missing_plays
from insights.plays.spans import Span
from insights.question import PERIOD, Asking, Question, each_minute
from insights.shown.completeness import Gap, shown_gap

Status = Annotated[Literal["open", "closed"], says("Gaps that are still open, or those that were closed.")]
Limit = Annotated[int, Meta(ge=1, le=500), says("How many are listed at most; `total` says how many there are.")]


class Gaps(Part, frozen=True):
    as_of: Annotated[Moment, says("The minute for which this was worked out.")]
    total: Annotated[int, Meta(ge=0), says("How many gaps there are in all.")]
    missing_plays: Annotated[int, Meta(ge=0), says("About how many plays are missing in all of them.")]
    gaps: tuple[Gap, ...]


def missing(asking: Asking, status: Status = "open", limit: Limit = 50) -> Gaps:
    """When plays are probably missing.

    Worked out when you ask, to the minute. An open gap is a time that no export covers and for which fewer plays are
    known than the listener usually plays at the same hours of the week, in the four weeks before and after; or a time
    since the first known play that neither an import nor collecting covers at all, such as that between two exports
    and that since the newest one. Import a newer export from Spotify to close gaps. Only the part of a gap that lies in
    the period is counted.
    """
    period = asking.period
    listed = [
        gap
        for gap in gaps(asking.account.id, asking.now, Span(period.start, period.end))
        if (gap.closed_by is None) == (status == "open")
    ]
    return Gaps(moment(asking.now), len(listed), missing_plays(listed), tuple(map(shown_gap, listed[:limit])))


QUESTION = Question(
    "gaps", missing, takes=PERIOD, lists="gaps", by_clock=each_minute, reads_sums=False, for_period_links=False
)
