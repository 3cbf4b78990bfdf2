"""Which plays a question is about, and the values that the sources of plays (insights/plays/sources.py) ask for.

A play counts when it was heard for at least `min_seconds`. One whose source does not tell for how long (recently-played
lists only what was heard for 30 seconds) is taken to have lasted as long as its track; it counts from there.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from db.engine.connection import row
from db.sums import SummedPeriod
from insights.answers.periods import Period
from insights.plays.utc_offsets import Shift, shifts
from people.days import AN_INSTANT, Zones, last_date_before, local_date

SPOTIFY_COUNTS = 30  # seconds
QUARTER, EPOCH = timedelta(minutes=15), datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Scope:
    """An account's plays in a period that were heard for long enough; only those of `track_ids`, where it is given.

    Days, weeks and hours are those of `zones`; a week starts with `week_starts`. `summed` are the periods whose sums
    may be read instead of their plays (db/sums.py), in their order.
    """

    account_id: int
    zones: Zones
    period: Period
    min_seconds: int = SPOTIFY_COUNTS
    track_ids: tuple[int, ...] | None = None
    week_starts: str = "monday"
    summed: tuple[SummedPeriod, ...] = ()

    def during(self, start: datetime, end: datetime) -> "Scope":
        """The same question about another time."""
        return replace(self, period=Period(None, start, end))

    @property
    def before(self) -> "Scope | None":
        """The same question about the period before."""
        return self.during(*self.period.before) if self.period.before else None

    @property
    def sums_by_year(self) -> "Scope":
        """The same, to be read from those sums only that are of one year of the listener's own."""
        of_one = (one for one in self.summed if self._year(one.since) == last_date_before(self.zones, one.until).year)
        return replace(self, summed=tuple(of_one))

    @property
    def years_of_sums(self) -> list[int]:
        """The year of each of the `sums`, which are of one each."""
        return [self._year(one.since) for one in self.sums()]

    def _year(self, instant: datetime) -> int:
        return local_date(self.zones, instant).year

    def sums(self, min_seconds: int = SPOTIFY_COUNTS) -> Sequence[SummedPeriod]:
        """Those in the period that can answer: the longest row of them without a hole, so that there are plays to be
        read before it and after it only. They hold what was heard for `min_seconds`, which has to be what is asked.
        """
        period = self.period
        known = self.summed if self.min_seconds == min_seconds else ()
        return longest_row([one for one in known if period.start <= one.since and one.until <= period.end])

    @property
    def sums_of_reports(self) -> Sequence[SummedPeriod]:
        """Those that can answer what is not told track by track."""
        return self.sums() if self.track_ids is None else ()

    def values(self, prefix: str = "", sums: Sequence[SummedPeriod] | None = None) -> dict[str, object]:
        """What the sources ask for; `prefix` is that of the source, `sums` what is read of sums."""
        sums = self.sums() if sums is None else sums
        end = self.period.end
        return {
            f"{prefix}sums": [one.id for one in sums],
            f"{prefix}sums_start": sums[0].since if sums else end,
            f"{prefix}sums_end": sums[-1].until if sums else end,
            "account_id": self.account_id,
            "min_ms": self.min_seconds * 1000,
            "any_length": self.min_seconds <= SPOTIFY_COUNTS,
            "track_ids": None if self.track_ids is None else list(self.track_ids),
            f"{prefix}start": self.period.start,
            f"{prefix}end": end,
        }

    def local_values(self, prefix: str = "") -> dict[str, object]:
        """The same for the sources that tell the listener's own time; one query, for the listener's clock is looked at
        from the first play in the period to the last.
        """
        stretches = self.shifts()
        # Of quarters of an hour nobody knows the tracks; a part of a period can be read of them too.
        usable = self.summed if self.min_seconds == SPOTIFY_COUNTS and self.track_ids is None else ()
        quarters, read = _split(stretches, [(one.since, one.until) for one in usable], _is_by_quarters)
        sums = [(row[0].since, row[-1].until) for row in [self.sums()] if row]
        return (
            self.values(prefix)
            | shift_values(prefix, stretches)
            | shift_values(f"{prefix}by_quarter_", quarters)
            | shift_values(f"{prefix}not_by_quarter_", read)
            | shift_values(f"{prefix}beside_sums_", _split(stretches, sums, lambda _: True)[1])
        )

    def shifts(self) -> Sequence[Shift]:
        """The listener's clock from the first to the last play in the period, both taken to their quarter of an hour
        where the period allows it.
        """
        known = heard_between(self)
        if known is None:
            return []
        first, last = known
        start, end = first - (first - EPOCH) % QUARTER, last + (EPOCH - last) % QUARTER
        return shifts(self.zones, max(start, self.period.start), min(end, self.period.end))


def shift_values(prefix: str, stretches: Sequence[Shift]) -> dict[str, object]:
    """Stretches of the listener's clock, as the sources ask for them."""
    return {f"{prefix}{name}": [getattr(stretch, name) for stretch in stretches] for name in Shift._fields}


def longest_row(summed: Sequence[SummedPeriod]) -> Sequence[SummedPeriod]:
    """Of periods in their order, the longest time without a hole; the first of equals."""
    found = list[list[SummedPeriod]]()
    for one in summed:
        if found and found[-1][-1].until == one.since:
            found[-1].append(one)
        else:
            found.append([one])
    return max(found, key=lambda row: row[-1].until - row[0].since, default=[])


def _split(
    stretches: Sequence[Shift], by: Sequence[tuple[datetime, datetime]], usable: Callable[[Shift], bool]
) -> tuple[list[Shift], list[Shift]]:
    """The pieces of the stretches that lie within one of `by`, and the others."""
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


def _is_by_quarters(stretch: Shift) -> bool:
    """Whether quarters of an hour of UTC are quarters of an hour there, and none lies on its border."""
    return not any((stretch.ahead % QUARTER, (stretch.since - EPOCH) % QUARTER, (stretch.until - EPOCH) % QUARTER))


BOUNDS = """
    SELECT (SELECT played_at FROM counted_play WHERE account_id = %(account_id)s AND track_id IS NOT NULL
                AND played_at >= %(start)s AND played_at < %(end)s ORDER BY played_at LIMIT 1),
           (SELECT played_at FROM counted_play WHERE account_id = %(account_id)s AND track_id IS NOT NULL
                AND played_at >= %(start)s AND played_at < %(end)s ORDER BY played_at DESC LIMIT 1)
"""


def heard_between(scope: Scope) -> tuple[datetime, datetime] | None:
    """From the first play of the account in the period until just behind the last, however short they were."""
    period = scope.period
    first, last = row(BOUNDS, account_id=scope.account_id, start=period.start, end=period.end) or (None, None)
    return (first, last + AN_INSTANT) if first is not None and last is not None else None
