"""How complete a period is: what is there of its plays, and when the rest were probably played."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from db.engine.connection import row
from insights.plays.coverage import Coverage
from insights.plays.gaps import Gap, judged_gaps, missing_plays
from insights.plays.spans import Span
from insights.plays.usual_listening import Usual

PLAYS = """
    SELECT count(*) FROM counted_play
    WHERE account_id = %s AND track_id IS NOT NULL AND played_at >= %s AND played_at < %s
"""


@dataclass(frozen=True, slots=True)
class Completeness:
    """Of start <= played_at < end, which lies in the past.

    `known_plays` count; `missing_plays` are estimated; `share` is how much of both together is there (0 to 1), None
    where there is nothing, or where nothing tells how much is missing in one of the gaps. `seconds_not_recorded` are
    those of `gaps`: the open ones, the newest first, each clipped to the period. The other seconds are those since the
    first known play: that were collected, that only an export covers, and that nothing covers; each is of one kind.
    """

    start: datetime
    end: datetime
    known_plays: int
    missing_plays: int
    share: float | None
    seconds_not_recorded: int
    gaps: tuple[Gap, ...]
    seconds_collected: int
    seconds_exported: int
    seconds_uncovered: int


def completeness(account_id: int, start: datetime, end: datetime, now: datetime) -> Completeness:
    """What is not yet past does not count; six queries, however long the period is."""
    end = max(start, min(end, now))
    period = Span(start, end)
    (known,) = row(PLAYS, account_id, start, end) or (0,)
    judged = judged_gaps(account_id, now, period)
    clipped = tuple(_clipped(gap, period, judged.usual) for gap in judged.gaps if gap.closed_by is None)
    missing = missing_plays(clipped)
    nobody_knows = any(gap.missing_plays is None for gap in clipped) or not known + missing
    return Completeness(
        start,
        end,
        known,
        missing,
        None if nobody_knows else known / (known + missing),
        int(sum(gap.span.seconds for gap in clipped)),
        clipped,
        *_seconds(judged.coverage, period),
    )


def _seconds(coverage: Coverage, period: Span) -> Sequence[int]:
    """Collected, covered by exports only, and not covered."""
    kinds = (coverage.collected, coverage.exported, coverage.uncovered)
    return [int(sum(part.seconds for span in spans if (part := span.within(period)))) for spans in kinds]


def _clipped(gap: Gap, period: Span, usual: Usual) -> Gap:
    """The part of a gap, with as much of what is missing as is usually played in that part."""
    part = gap.span.within(period)
    if part is None or part == gap.span:
        return gap
    if not gap.missing_plays:
        return replace(gap, start=part.start, end=part.end)
    share = usual.plays(gap.span, part) / usual.plays(gap.span)
    return replace(gap, start=part.start, end=part.end, missing_plays=round(gap.missing_plays * share))
