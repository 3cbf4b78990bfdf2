"""How complete the plays of a period are: how many are known, and when the missing ones were probably played."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from db.engine.connection import row
from db.sums import summed_periods
from insights.plays.coverage import Coverage
from insights.plays.gaps import Gap, assess_gaps, missing_plays
from insights.plays.scope import longest_run
from insights.plays.spans import Span
from insights.plays.usual_listening import Usual

# Sums hold the plays of any length that is known.
_PLAYS = "SELECT count(*) FROM counted_play WHERE account_id = %(account_id)s AND track_id IS NOT NULL"
PLAYS = f"""
    SELECT (SELECT coalesce(sum(reports), 0)::bigint FROM report_in_period
            WHERE account_id = %(account_id)s AND period_id = ANY(%(sums)s::bigint[]))
         + ({_PLAYS} AND played_at >= %(start)s AND played_at < %(sums_start)s)
         + ({_PLAYS} AND played_at >= %(sums_start)s AND played_at < %(sums_end)s AND ms_played IS NULL)
         + ({_PLAYS} AND played_at >= %(sums_end)s AND played_at < %(end)s)
"""


@dataclass(frozen=True, slots=True)
class Completeness:
    """The completeness of start <= played_at < end, which is in the past.

    `known_plays` are those that count, `missing_plays` is an estimate, and `share` (0 to 1) is the known part of both.
    `share` is None if there are no plays, or if the plays missing in one of the gaps cannot be estimated. `gaps` are
    the open ones, the newest first, each clipped to the period; `seconds_not_recorded` is their total. The other
    seconds divide the time since the first known play: collected, covered by an export only, covered by nothing.
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
    """Ignores the future; seven queries, however long the period is."""
    end = max(start, min(end, now))
    period = Span(start, end)
    plays = _known_plays(account_id, start, end)
    assessment = assess_gaps(account_id, now, period)
    open_gaps = (gap for gap in assessment.gaps if gap.closed_by is None)
    clipped = tuple(_clipped(gap, period, assessment.usual) for gap in open_gaps)
    missing = missing_plays(clipped)
    unsure = any(gap.missing_plays is None for gap in clipped) or not plays + missing
    return Completeness(
        start,
        end,
        plays,
        missing,
        None if unsure else plays / (plays + missing),
        int(sum(gap.span.seconds for gap in clipped)),
        clipped,
        *_seconds(assessment.coverage, period),
    )


def _known_plays(account_id: int, start: datetime, end: datetime) -> int:
    summed = summed_periods(account_id)
    sums = longest_run([period for period in summed if start <= period.since and period.until <= end])
    sums_start, sums_end = (sums[0].since, sums[-1].until) if sums else (end, end)
    bounds = {"start": start, "end": end, "sums_start": sums_start, "sums_end": sums_end}
    (plays,) = row(PLAYS, account_id=account_id, sums=[period.id for period in sums], **bounds) or (0,)
    return int(plays)


def _seconds(coverage: Coverage, period: Span) -> Sequence[int]:
    """The seconds collected, covered by exports only, and covered by nothing."""
    kinds = (coverage.collected, coverage.exported, coverage.uncovered)
    return [int(sum(part.seconds for span in spans if (part := span.within(period)))) for spans in kinds]


def _clipped(gap: Gap, period: Span, usual: Usual) -> Gap:
    """The part of a gap within the period, with the share of its missing plays that is usual in that part."""
    part = gap.span.within(period)
    if part is None or part == gap.span:
        return gap
    if not gap.missing_plays:
        return replace(gap, start=part.start, end=part.end)
    share = usual.plays(gap.span, part) / usual.plays(gap.span)
    return replace(gap, start=part.start, end=part.end, missing_plays=round(gap.missing_plays * share))
