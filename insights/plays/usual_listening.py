"""How much a listener usually plays: at the same hours of the week, in the four weeks before and after a gap."""

from bisect import bisect_left
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import accumulate
from math import ceil, floor

from msgspec import Struct

from db.engine.records import records
from insights.plays.recorded import Record
from insights.plays.spans import Span, merged

WEEK = 168  # hours
WEEKS = 4
LEAST = 24  # hours to divide by at least: nobody plays as much around the clock as on a single known evening
AROUND = timedelta(weeks=WEEKS)

# date_trunc uses UTC, like every connection (db/engine/connection.py).
PLAYS_BY_HOUR = """
    SELECT date_trunc('hour', played_at) AS hour, count(*) AS plays
    FROM unnest(%s::timestamptz[], %s::timestamptz[]) AS asked (since, until)
    JOIN counted_play ON account_id = %s AND track_id IS NOT NULL AND played_at >= since AND played_at < until
    GROUP BY 1
"""


class HourPlays(Struct, frozen=True):
    hour: datetime
    plays: int


@dataclass(frozen=True, slots=True)
class Usual:
    """Plays that count, by the hour in which they ended. Hours are numbered since 1970.

    `recorded`: the hours that are completely known. `known`: from the first known play to the newest.
    """

    plays_by_hour: Mapping[int, int]
    recorded: Set[int]
    known: range
    _heard: Sequence[int] = field(init=False)  # the hours with plays
    _so_far: Sequence[int] = field(init=False)  # plays before each of these hours, and finally the total

    def __post_init__(self) -> None:
        hours = sorted(self.plays_by_hour)
        object.__setattr__(self, "_heard", hours)
        object.__setattr__(self, "_so_far", [0, *accumulate(self.plays_by_hour[hour] for hour in hours)])

    def plays(self, gap: Span, part: Span | None = None) -> float:
        """How many plays usually end in the gap, or in that part of it, given its hours of the week.

        For an hour of the week that was never recorded around the gap, uses the known plays per hour around the gap:
        too few rather than too many.
        """
        first, last = floor(_hours(gap.start)), ceil(_hours(gap.end))
        return sum(self._rate(hour, first, last) * share for hour, share in _hours_of_week(part or gap).items())

    def knows_around(self, gap: Span) -> bool:
        """Whether at least a week is recorded around the gap: less says nothing about months."""
        first, last = floor(_hours(gap.start)), ceil(_hours(gap.end))
        return sum(hour in self.recorded for part in _around(first, last) for hour in part) >= WEEK

    def _rate(self, hour: int, first: int, last: int) -> float:
        """Average plays in this hour of the week, over the recorded ones around the gap."""
        before = first - WEEKS * WEEK + (hour - first) % WEEK
        after = last + (hour - last) % WEEK
        same = [start + WEEK * week for start in (before, after) for week in range(WEEKS)]
        counts = [self.plays_by_hour.get(other, 0) for other in same if other in self.recorded]
        return sum(counts) / len(counts) if counts else self._known_rate(first, last)

    def _known_rate(self, first: int, last: int) -> float:
        hours = [
            range(max(part.start, self.known.start), min(part.stop, self.known.stop)) for part in _around(first, last)
        ]
        return sum(map(self._plays_in, hours)) / max(sum(map(len, hours)), LEAST)

    def _plays_in(self, hours: range) -> int:
        start, stop = bisect_left(self._heard, hours.start), bisect_left(self._heard, max(hours.start, hours.stop))
        return self._so_far[stop] - self._so_far[start]


def usual_around(account_id: int, record: Record, gaps: Sequence[Span], now: datetime) -> Usual:
    """Usual listening around these gaps; one query for all of them."""
    around = merged(part for gap in gaps for part in _beside(gap))
    starts, ends = [span.start for span in around], [span.end for span in around]
    counts = records(HourPlays, PLAYS_BY_HOUR, [starts, ends, account_id]) if gaps else []
    recorded = [part for time in record.times for span in around if (part := time.within(span))]
    # Only whole hours: half a recorded hour has fewer plays than usual.
    hours = {hour for span in recorded for hour in range(ceil(_hours(span.start)), floor(_hours(span.end)))}
    newest = record.collected.end if record.collected else now
    known_hours = range(floor(_hours(record.first_played_at or now)), ceil(_hours(newest)))
    return Usual({floor(_hours(count.hour)): count.plays for count in counts}, hours, known_hours)


def _hours(instant: datetime) -> float:
    return instant.timestamp() / 3600


def _around(first: int, last: int) -> tuple[range, range]:
    """The hours of the weeks before hour `first` and from hour `last` on."""
    return range(first - WEEKS * WEEK, first), range(last, last + WEEKS * WEEK)


def _hours_of_week(span: Span) -> Mapping[int, float]:
    """How often the span contains each hour of the week. It may last years, so whole weeks are counted at once."""
    start, end = _hours(span.start), _hours(span.end)
    weeks = int((end - start) // WEEK)
    shares: dict[int, float] = dict.fromkeys(range(WEEK), float(weeks)) if weeks else {}
    start += weeks * WEEK
    for hour in range(floor(start), ceil(end)):
        shares[hour % WEEK] = shares.get(hour % WEEK, 0.0) + min(end, hour + 1) - max(start, hour)
    return shares


def _beside(gap: Span) -> tuple[Span, Span]:
    """The weeks before and after a gap. What is known inside it says nothing about usual listening."""
    return Span(_earlier(gap.start), gap.start), Span(gap.end, _later(gap.end))


def _earlier(instant: datetime) -> datetime:
    # One hour more, because only whole hours are counted.
    return max(instant, datetime(1, 3, 1, tzinfo=UTC)) - AROUND - timedelta(hours=1)


def _later(instant: datetime) -> datetime:
    return min(instant, datetime(9999, 10, 1, tzinfo=UTC)) + AROUND + timedelta(hours=1)
