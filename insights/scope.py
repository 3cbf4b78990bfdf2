"""Which plays a question is about, and the SQL that reads them: everything in insights/ that counts music begins here.

A play counts when it was heard for at least `min_seconds`. One whose source does not tell for how long (recently-played
lists only what was heard for 30 seconds) is taken to have lasted as long as its track; it counts from there.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise

from db.connection import row
from insights.days import Zones
from insights.periods import Period
from insights.shifts import Shift, shifts

SPOTIFY_COUNTS = 30  # seconds
AN_INSTANT = timedelta(milliseconds=1)  # plays are stored to the millisecond
QUARTER, EPOCH = timedelta(minutes=15), datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Scope:
    """An account's plays in a period that were heard for long enough; only those of `track_ids`, where it is given.

    Days, weeks and hours are those of `zones`; a week starts with `week_starts`. `summed` are the account's years whose
    sums may be read instead of their plays (db/sums.py).
    """

    account_id: int
    zones: Zones
    period: Period
    min_seconds: int = SPOTIFY_COUNTS
    track_ids: tuple[int, ...] | None = None
    week_starts: str = "monday"
    summed: tuple[int, ...] = ()

    def during(self, start: datetime, end: datetime) -> "Scope":
        """The same question about another time."""
        return replace(self, period=Period(None, start, end))

    @property
    def before(self) -> "Scope | None":
        """The same question about the period before."""
        return self.during(*self.period.before) if self.period.before else None

    @property
    def sums(self) -> range:
        """The summed years in the period that can answer: the longest run of them, so that there are plays to be read
        before it and after it only. Sums hold what was heard for 30 seconds.
        """
        years = self.summed if self.min_seconds == SPOTIFY_COUNTS else ()
        inside = [
            year for year in years if self.period.start <= _new_year(year) and _new_year(year + 1) <= self.period.end
        ]
        return _longest_run(inside)

    def values(self, prefix: str = "") -> dict[str, object]:
        """What `each_play` and `by_track` ask for; `prefix` is that of the source."""
        years, end = self.sums, self.period.end
        return {
            f"{prefix}first_year": years.start,
            f"{prefix}after_years": years.stop,
            f"{prefix}sums_start": _new_year(years.start) if years else end,
            f"{prefix}sums_end": _new_year(years.stop) if years else end,
            "account_id": self.account_id,
            "min_ms": self.min_seconds * 1000,
            "any_length": self.min_seconds <= SPOTIFY_COUNTS,
            "track_ids": None if self.track_ids is None else list(self.track_ids),
            f"{prefix}start": self.period.start,
            f"{prefix}end": end,
        }

    def local_values(self, prefix: str = "") -> dict[str, object]:
        """The same for `each_local_play` and `by_quarter`; one query, for the listener's clock is looked at from the
        first play in the period to the last.
        """
        stretches = self.shifts()
        # Of quarters of an hour nobody knows the tracks; a part of a year can be read of them too.
        usable = self.min_seconds == SPOTIFY_COUNTS and self.track_ids is None
        years = set(self.summed) if usable else set()
        pieces = [piece for stretch in stretches for piece in _by_year(stretch)]
        summed = [piece for piece in pieces if piece.since.year in years and _is_by_quarters(piece)]
        read = [piece for piece in pieces if piece not in summed] if summed else stretches
        return self.values(prefix) | {
            f"{prefix}{kind}{name}": [getattr(piece, name) for piece in found]
            for kind, found in (("", stretches), ("summed_", summed), ("read_local_", read))
            for name in Shift._fields
        }

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


def _new_year(year: int) -> datetime:
    return datetime(year, 1, 1, tzinfo=UTC)


def _longest_run(years: Sequence[int]) -> range:
    """Of years in their order, the longest run without a hole; the first of equals."""
    runs = [range(0)]
    for year in years:
        runs.append(range(runs[-1].start, year + 1) if runs[-1] and runs[-1].stop == year else range(year, year + 1))
    return max(runs, key=len)


def _by_year(stretch: Shift) -> list[Shift]:
    """The stretch, cut at each new year of UTC."""
    last = (stretch.until - AN_INSTANT).year
    cuts = [stretch.since, *map(_new_year, range(stretch.since.year + 1, last + 1)), stretch.until]
    return [Shift(since, until, stretch.ahead) for since, until in pairwise(cuts)]


def _is_by_quarters(stretch: Shift) -> bool:
    """Whether quarters of an hour of UTC are quarters of an hour there, and none lies on its border."""
    return not any((stretch.ahead % QUARTER, (stretch.since - EPOCH) % QUARTER, (stretch.until - EPOCH) % QUARTER))


# {p} is the prefix of a source, so that two periods fit into one query; {since} and {until} its bounds, {more}
# more columns of the view.
_KNOWN_LENGTH = """
    SELECT played_at, id, track_id, ms_played AS ms{more} FROM counted_play
    WHERE account_id = %(account_id)s AND track_id IS NOT NULL AND played_at >= {since} AND played_at < {until}
      AND ms_played >= %(min_ms)s AND (%(track_ids)s::bigint[] IS NULL OR track_id = ANY(%(track_ids)s::bigint[]))
"""
_UNKNOWN_LENGTH = """
    SELECT played_at, counted_play.id, track_id, coalesce(duration_ms, 0) AS ms{more}
    FROM counted_play JOIN track ON track.id = track_id
    WHERE account_id = %(account_id)s AND track_id IS NOT NULL AND played_at >= {since} AND played_at < {until}
      AND ms_played IS NULL AND (%(any_length)s OR duration_ms >= %(min_ms)s)
      AND (%(track_ids)s::bigint[] IS NULL OR track_id = ANY(%(track_ids)s::bigint[]))
"""
_EACH = f"{_KNOWN_LENGTH} UNION ALL {_UNKNOWN_LENGTH}"


def _plays(sql: str, since: str, until: str, more: Sequence[str] = ()) -> str:
    return sql.format(since=since, until=until, more="".join(f", {column}" for column in more))


def each_play(prefix: str = "", more: Sequence[str] = ()) -> str:
    """A query of (played_at, id, track_id, ms), and `more` columns of counted_play, one row a play, in no order.

    Needs `Scope.values`.
    """
    return _plays(_EACH, f"%({prefix}start)s", f"%({prefix}end)s", more)


def each_local_play(prefix: str = "", more: Sequence[str] = ()) -> str:
    """A query of (local, played_at, id, track_id, ms), and `more`, in no order. Needs `Scope.local_values`.

    `local` is what the listener's clock showed when the play ended: a timestamptz to be read as UTC, so that
    date_trunc, extract and ::date give the listener's own hours and days.
    """
    play = _plays(_EACH, "stretch.since", "stretch.until", more)
    return f"SELECT played_at + stretch.ahead AS local, heard.* FROM {_stretches(prefix, '')} ({play}) heard"


def by_track(prefix: str = "") -> str:
    """A query of (track_id, plays, ms, first_played_at, last_played_at), one row a track. Needs `Scope.values`."""
    start, end, sums_start, sums_end = (f"%({prefix}{name})s" for name in ("start", "end", "sums_start", "sums_end"))
    counted = "count(*) AS plays, sum(ms) AS ms, min(played_at) AS first_played_at, max(played_at) AS last_played_at"
    return f"""
        SELECT track_id, sum(plays)::bigint AS plays, sum(ms)::bigint AS ms,
               min(first_played_at) AS first_played_at, max(last_played_at) AS last_played_at
        FROM (
            SELECT track_id, plays, ms, first_played_at, last_played_at FROM year_of_track
            WHERE account_id = %(account_id)s AND year >= %({prefix}first_year)s AND year < %({prefix}after_years)s
              AND (%(track_ids)s::bigint[] IS NULL OR track_id = ANY(%(track_ids)s::bigint[]))
            UNION ALL
            SELECT track_id, {counted} FROM ({_plays(_KNOWN_LENGTH, start, sums_start)}) a GROUP BY track_id
            UNION ALL
            SELECT track_id, {counted} FROM ({_plays(_KNOWN_LENGTH, sums_end, end)}) b GROUP BY track_id
            UNION ALL
            SELECT track_id, {counted} FROM ({_plays(_UNKNOWN_LENGTH, start, end)}) c GROUP BY track_id
        ) parts GROUP BY track_id
    """


def by_quarter(prefix: str = "") -> str:
    """A query of (local, plays, ms): quarters of an hour of the listener's clock, how many plays ended in each and how
    long they were. A quarter may come in several rows, to be added up. Needs `Scope.local_values`.
    """
    quarter = "date_bin('15 min', played_at + stretch.ahead, '2000-01-01 00:00+00')"
    known, unknown = (_plays(sql, "stretch.since", "stretch.until") for sql in (_KNOWN_LENGTH, _UNKNOWN_LENGTH))
    return f"""
        SELECT at + stretch.ahead AS local, plays, ms FROM {_stretches(prefix, "summed_")} (
            SELECT at, plays, ms FROM quarter_hour
            WHERE account_id = %(account_id)s AND at >= stretch.since AND at < stretch.until) quarter
        UNION ALL
        SELECT {quarter}, count(*), sum(ms) FROM {_stretches(prefix, "read_local_")} ({known}) heard GROUP BY 1
        UNION ALL
        SELECT {quarter}, count(*), sum(ms) FROM {_stretches(prefix, "")} ({unknown}) heard GROUP BY 1
    """


def _stretches(prefix: str, kind: str) -> str:
    """Stretches of the listener's clock, each before the plays that lie in it."""
    name = f"{prefix}{kind}"
    return f"""
        unnest(%({name}since)s::timestamptz[], %({name}until)s::timestamptz[], %({name}ahead)s::interval[])
            AS stretch (since, until, ahead) CROSS JOIN LATERAL
    """


BOUNDS = """
    SELECT (SELECT played_at FROM counted_play WHERE account_id = %(account_id)s AND track_id IS NOT NULL
                AND played_at >= %(start)s AND played_at < %(end)s ORDER BY played_at, id LIMIT 1),
           (SELECT played_at FROM counted_play WHERE account_id = %(account_id)s AND track_id IS NOT NULL
                AND played_at >= %(start)s AND played_at < %(end)s ORDER BY played_at DESC, id DESC LIMIT 1)
"""


def heard_between(scope: Scope) -> tuple[datetime, datetime] | None:
    """From the first play of the account in the period until just behind the last, however short they were."""
    period = scope.period
    first, last = row(BOUNDS, account_id=scope.account_id, start=period.start, end=period.end) or (None, None)
    return (first, last + AN_INSTANT) if first is not None and last is not None else None
