"""The plays that a question is about, and the values for the SQL that reads them (insights/plays/sources.py).

A play counts if it was heard for at least `min_seconds`. If its source does not know how long it was heard, it is
assumed to have lasted as long as its track; it counts in any case for up to 30 seconds, because recently-played lists
only plays of 30 seconds and more.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Literal

from msgspec import Struct

from db.engine.records import record
from db.joined_sums import JoinedSum, current_sums
from db.sums import SummedPeriod
from insights.answers.periods import Period
from insights.plays.utc_offsets import Shift, fingerprint, shifts
from people.days import AN_INSTANT, Zones, last_date_before, local_date

OneSum = Literal["joined", "period"]  # the joined sum, or the sum of one period

SPOTIFY_COUNTS = 30  # seconds
QUARTER, EPOCH = timedelta(minutes=15), datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Scope:
    """An account's plays in a period that were heard for long enough; only those of `track_ids`, if it is set.

    Days, weeks and hours are those of `zones`; weeks start on `week_starts`. `summed` has the periods, in order, whose
    sums may be read instead of their plays (db/sums.py), and `joined` those whose sums by track are added up already.
    """

    account_id: int
    zones: Zones
    period: Period
    min_seconds: int = SPOTIFY_COUNTS
    track_ids: tuple[int, ...] | None = None
    week_starts: str = "monday"
    summed: tuple[SummedPeriod, ...] = ()
    joined: JoinedSum | None = None

    def with_sums(self) -> "Scope":
        """The same question, to be answered with sums if there are any; a query."""
        summed, joined = current_sums(self.account_id)
        return replace(self, summed=summed, joined=joined)

    def without_sums(self) -> "Scope":
        """The same question, to be answered from plays."""
        return replace(self, summed=(), joined=None)

    def during(self, start: datetime, end: datetime) -> "Scope":
        """The same question about another period."""
        return replace(self, period=Period(None, start, end))

    @property
    def before(self) -> "Scope | None":
        """The same question about the period before."""
        return self.during(*self.period.before) if self.period.before else None

    @property
    def sums_by_year(self) -> "Scope":
        """The same question, using only sums that lie within one of the listener's own years."""
        one_year = (sums for sums in self.summed if self._is_of_one_year(sums))
        return replace(self, summed=tuple(one_year))

    def _is_of_one_year(self, sums: SummedPeriod) -> bool:
        """Between moves, dates only go on; a move west may repeat the end of a year after the next one began."""
        moves = [since for since, _ in self.zones.moves if sums.since < since < sums.until]
        first = {self._year(start) for start in (sums.since, *moves)}
        return len(first | {last_date_before(self.zones, end).year for end in (*moves, sums.until)}) == 1

    @property
    def years_of_sums(self) -> list[int]:
        """The year of each of the `sums`, each of which lies within one year."""
        return [self._year(summed_period.since) for summed_period in self.sums()]

    def _year(self, instant: datetime) -> int:
        return local_date(self.zones, instant).year

    def sums(self, min_seconds: int = SPOTIFY_COUNTS) -> Sequence[SummedPeriod]:
        """The usable sums in the period: the longest consecutive run, so that plays are read only before and after it.

        Sums count plays of `min_seconds` and more, so they are of use only if the question is about the same.
        """
        period = self.period
        usable = self.summed if self.min_seconds == min_seconds else ()
        return longest_run(
            [
                summed_period
                for summed_period in usable
                if period.start <= summed_period.since and summed_period.until <= period.end
            ]
        )

    def _joined(self, sums: Sequence[SummedPeriod]) -> JoinedSum | None:
        """The joined sum, if it counts what some of these consecutive `sums` do, and nothing else."""
        joined = self.joined
        if joined is None:
            return None
        starts, ends = {one.since for one in sums}, {one.until for one in sums}
        return joined if joined.since in starts and joined.until in ends else None

    @property
    def sums_of_reports(self) -> Sequence[SummedPeriod]:
        """The usable sums that do not count by track."""
        return self.sums() if self.track_ids is None else ()

    @property
    def one_sum(self) -> OneSum | None:
        """The kind of the sum, if all sums of the period are in one, which has a row for each track."""
        sums = self.sums()
        joined = self._joined(sums)
        match _beside(joined, sums), joined:
            case [], JoinedSum():
                return "joined"
            case [_], None:
                return "period"
        return None

    def values(self, prefix: str = "", sums: Sequence[SummedPeriod] | None = None) -> dict[str, object]:
        """The values for a source with this `prefix`, which reads `sums`."""
        sums = self.sums() if sums is None else sums
        start, end = self.period.start, self.period.end
        sums_start, sums_end = (sums[0].since, sums[-1].until) if sums else (end, end)
        joined = self._joined(sums)
        beside_joined = _beside(joined, sums)
        return {
            f"{prefix}sums": [summed_period.id for summed_period in sums],
            f"{prefix}reads_joined": joined is not None,
            f"{prefix}beside_joined_sums": beside_joined,
            f"{prefix}one_sum": beside_joined[0] if len(beside_joined) == 1 else None,
            f"{prefix}sums_start": sums_start,
            f"{prefix}sums_end": sums_end,
            f"{prefix}is_before_sums": start < sums_start,
            f"{prefix}is_after_sums": sums_end < end,
            "account_id": self.account_id,
            "min_ms": self.min_seconds * 1000,
            "any_length": self.min_seconds <= SPOTIFY_COUNTS,
            "track_ids": None if self.track_ids is None else _array(self.track_ids),
            f"{prefix}start": start,
            f"{prefix}end": end,
        }

    def values_with_before(self) -> dict[str, object]:
        """`values`, and those of the period before with the prefix before_; without one, it is empty."""
        before = self.before or self.during(self.period.start, self.period.start)
        return self.values() | before.values("before_")

    def local_values(self, prefix: str = "") -> dict[str, object]:
        """The values for sources in local time.

        One query: the listener's clock is worked out from the first to the last play in the period.
        """
        stretches = self.shifts()
        # Sums by quarter of an hour do not know tracks. Unlike others, they can be read for a part of their period.
        usable = self.summed if self.min_seconds == SPOTIFY_COUNTS and self.track_ids is None else ()
        quarters, read = _split(
            stretches, [(summed_period.since, summed_period.until) for summed_period in usable], is_by_quarters
        )
        sums = [(row[0].since, row[-1].until) for row in [self.sums()] if row]
        days = self.joined_by_clock
        return (
            self.values(prefix)
            | shift_values(prefix, stretches)
            | shift_values(f"{prefix}by_quarter_", quarters)
            | shift_values(f"{prefix}not_by_quarter_", read)
            | {f"{prefix}reads_days": bool(days)}
            | shift_values(f"{prefix}beside_days_", outside(quarters, days))
            | shift_values(f"{prefix}beside_sums_", outside(stretches, sums))
        )

    @property
    def joined_by_clock(self) -> list[tuple[datetime, datetime]]:
        """The bounds of the joined sum, if it is of use, and its days, months and hours are those of this question."""
        joined = self._joined(self.sums()) if self.track_ids is None else None
        is_ours = joined and joined.clock == fingerprint(shifts(self.zones, joined.since, joined.until))
        return [(joined.since, joined.until)] if joined and is_ours else []

    def shifts(self) -> Sequence[Shift]:
        """The listener's clock from the first to the last play in the period, both extended to their quarter of an hour
        if the period allows it.
        """
        bounds = heard_between(self)
        if bounds is None:
            return []
        first, last = bounds
        start, end = first - (first - EPOCH) % QUARTER, last + (EPOCH - last) % QUARTER
        return shifts(self.zones, max(start, self.period.start), min(end, self.period.end))


def shift_values(prefix: str, stretches: Sequence[Shift]) -> dict[str, object]:
    """Stretches of the listener's clock, as values for a source."""
    return {f"{prefix}{name}": [getattr(stretch, name) for stretch in stretches] for name in Shift._fields}


def _beside(joined: JoinedSum | None, sums: Sequence[SummedPeriod]) -> list[int]:
    return [one.id for one in sums if joined is None or not _includes(joined, one)]


def _array(ids: Sequence[int]) -> str:
    """An array as PostgreSQL reads it at once: psycopg2 writes an expression for each element of a list, and each place
    of a query that names a thousand tracks took a millisecond to parse.
    """
    return f"{{{','.join(map(str, ids))}}}"


def _includes(joined: JoinedSum, period: SummedPeriod) -> bool:
    return joined.since <= period.since and period.until <= joined.until


def longest_run(summed: Sequence[SummedPeriod]) -> Sequence[SummedPeriod]:
    """The longest consecutive run of periods that are in order; the first if several are equally long."""
    runs = list[list[SummedPeriod]]()
    for period in summed:
        if runs and runs[-1][-1].until == period.since:
            runs[-1].append(period)
        else:
            runs.append([period])
    return max(runs, key=lambda run: run[-1].until - run[0].since, default=[])


def _split(
    stretches: Sequence[Shift], by: Sequence[tuple[datetime, datetime]], usable: Callable[[Shift], bool]
) -> tuple[list[Shift], list[Shift]]:
    """The parts of the stretches that lie within one of `by` and are usable, and all other parts."""
    inside, outside = list[Shift](), list[Shift]()
    for stretch in stretches:
        rest = stretch
        for since, until in by:
            piece = rest._replace(since=max(rest.since, since), until=min(rest.until, until))
            if piece.since < piece.until and usable(piece):
                outside += [rest._replace(until=piece.since)] if rest.since < piece.since else []
                inside.append(piece)
                rest = rest._replace(since=piece.until)
        outside += [rest] if rest.since < rest.until else []
    return inside, outside


def outside(stretches: Sequence[Shift], bounds: Sequence[tuple[datetime, datetime]]) -> list[Shift]:
    """The parts of the stretches that are within none of the bounds."""
    return _split(stretches, bounds, lambda _: True)[1]


def is_by_quarters(stretch: Shift) -> bool:
    """Whether local quarters of an hour are quarters of an hour in UTC, and none crosses the start of the stretch."""
    return not any((stretch.ahead % QUARTER, (stretch.since - EPOCH) % QUARTER, (stretch.until - EPOCH) % QUARTER))


BOUNDS = """
    SELECT (SELECT played_at FROM counted_play WHERE account_id = %(account_id)s AND track_id IS NOT NULL
                AND played_at >= %(start)s AND played_at < %(end)s ORDER BY played_at LIMIT 1) AS first,
           (SELECT played_at FROM counted_play WHERE account_id = %(account_id)s AND track_id IS NOT NULL
                AND played_at >= %(start)s AND played_at < %(end)s ORDER BY played_at DESC LIMIT 1) AS last
"""


class Bounds(Struct, frozen=True):
    first: datetime | None
    last: datetime | None


def heard_between(scope: Scope) -> tuple[datetime, datetime] | None:
    """From the first play of the account in the period until just after the last, however short they were."""
    period = scope.period
    values = {"account_id": scope.account_id, "start": period.start, "end": period.end}
    bounds = record(Bounds, BOUNDS, values)
    if bounds is None or bounds.first is None or bounds.last is None:
        return None
    return bounds.first, bounds.last + AN_INSTANT
