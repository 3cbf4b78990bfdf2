"""How complete a period is: what is there of its plays, and when the rest were probably played."""

from dataclasses import dataclass, replace
from datetime import datetime

from db.connection import row
from insights.gaps import Gap, gaps_and_usual
from insights.spans import Span
from insights.usual import Usual

PLAYS = """
    SELECT count(*) FROM counted_play
    WHERE account_id = %s AND track_id IS NOT NULL AND played_at >= %s AND played_at < %s
"""


@dataclass(frozen=True, slots=True)
class Completeness:
    """Of start <= played_at < end, which lies in the past.

    `known_plays` count; `missing_plays` are estimated; `share` is how much of both together is there (0 to 1), None
    where there is nothing. `seconds_not_recorded` are those of `gaps`: the open ones, the newest first, each clipped to
    the period.
    """

    start: datetime
    end: datetime
    known_plays: int
    missing_plays: int
    share: float | None
    seconds_not_recorded: int
    gaps: tuple[Gap, ...]


def completeness(account_id: int, start: datetime, end: datetime, now: datetime) -> Completeness:
    """What is not yet past does not count; six queries, however long the period is."""
    end = max(start, min(end, now))
    period = Span(start, end)
    (known,) = row(PLAYS, account_id, start, end) or (0,)
    found, usual = gaps_and_usual(account_id, now, period)
    clipped = tuple(_clipped(gap, period, usual) for gap in found if gap.closed_by is None)
    missing = sum(gap.missing_plays for gap in clipped)
    share = known / (known + missing) if known + missing else None
    return Completeness(start, end, known, missing, share, int(sum(gap.span.seconds for gap in clipped)), clipped)


def _clipped(gap: Gap, period: Span, usual: Usual) -> Gap:
    """The part of a gap, with as much of what is missing as is usually played in that part."""
    part = gap.span.within(period)
    if part is None or part == gap.span:
        return gap
    share = usual.plays(gap.span, part) / usual.plays(gap.span)
    return replace(gap, start=part.start, end=part.end, missing_plays=round(gap.missing_plays * share))
