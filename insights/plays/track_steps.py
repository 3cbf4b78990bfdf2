"""Plays of each track in each calendar step of a period, for the small charts in rankings."""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import accumulate

from db.sums import SummedPeriod
from insights.plays.calendar_steps import Name, StepName, steps_between
from insights.plays.plays_by_step import local_bounds
from insights.plays.scope import Scope, heard_between
from insights.plays.sources import OF_TRACKS, each_play_beside_sums
from people.days import AN_INSTANT, last_date_before, local_date

# The longest period, in days, that is shown in steps of each length; longer ones are shown by year.
LONGEST: Sequence[tuple[StepName, int]] = (("day", 62), ("week", 200), ("month", 1100))
_STEP = "greatest(1, width_bucket({at}, %(starts)s::timestamptz[]))"
# Of sums that lie within one step, only the totals are read; of the others, each play.
BY_TRACK_AND_STEP = f"""
    SELECT track_id, step, plays, ms
    FROM unnest(%(whole)s::bigint[], %(steps_of_whole)s::int[]) AS summed (period_id, step)
    JOIN track_in_period USING (period_id)
    WHERE account_id = %(account_id)s AND plays > 0
        AND {OF_TRACKS}
    UNION ALL
    SELECT track_id, {_STEP.format(at="heard.played_at")}, count(*), sum(heard.ms)
    FROM plays_in_period CROSS JOIN unnest(played_at, ms) AS heard (played_at, ms)
    WHERE account_id = %(account_id)s AND period_id = ANY(%(cut)s::bigint[])
        AND {OF_TRACKS} GROUP BY 1, 2
    UNION ALL
    SELECT track_id, {_STEP.format(at="played_at")}, count(*), sum(ms)
    FROM ({each_play_beside_sums(())}) beside GROUP BY 1, 2
"""


@dataclass(frozen=True, slots=True)
class Steps:
    """The days, weeks, months or years of a period that have begun: the first day of each."""

    length: StepName
    starts: tuple[date, ...]


def steps_of(scope: Scope, now: datetime) -> Steps | None:
    """None for a period of fewer than two steps. A query, if the period has an open end."""
    first, last = _bounds(scope)
    if first is None or last is None:
        return None
    length = _length((last - first).days + 1)
    until = min(last, local_date(scope.zones, now))
    starts = tuple(start for start, _end in steps_between(first, until, length, scope.week_starts))
    return Steps(length, starts) if len(starts) > 1 else None


def _bounds(scope: Scope) -> tuple[date | None, date | None]:
    """The first and last day; in place of an open end, the one of the first or last play."""
    first, last = local_bounds(scope)
    heard = heard_between(scope) if first is None or last is None else None
    if heard is None:
        return first, last
    return first or local_date(scope.zones, heard[0]), last or last_date_before(scope.zones, heard[1])


def _length(days: int) -> Name:
    return next((step for step, longest in LONGEST if days <= longest), "year")


def step_values(scope: Scope, steps: Steps) -> dict[str, object]:
    """The values for BY_TRACK_AND_STEP, in which steps count from 1."""
    # A listener who moves may live through a date twice: its step has begun by then.
    starts = list(accumulate(map(scope.zones.start_of, steps.starts), max))
    placed = [(sums.id, _step(starts, sums)) for sums in scope.sums()]
    whole = [(number, step) for number, step in placed if step is not None]
    return scope.values() | {
        "starts": starts,
        "whole": [number for number, _step in whole],
        "steps_of_whole": [step for _number, step in whole],
        "cut": [number for number, step in placed if step is None],
    }


def _step(starts: Sequence[datetime], sums: SummedPeriod) -> int | None:
    """The step that includes all of a sum; None if it reaches over several."""
    first, last = (max(1, bisect_right(starts, instant)) for instant in (sums.since, sums.until - AN_INSTANT))
    return first if first == last else None
