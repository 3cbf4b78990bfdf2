"""Which plays a question is about, and the SQL that reads them: everything in insights/ that counts music begins here.

A play counts when it was heard for at least `min_seconds`. One whose source does not tell for how long (recently-played
lists only what was heard for 30 seconds) is taken to have lasted as long as its track; it counts from there.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from db.connection import row
from insights.days import Zones
from insights.periods import Period
from insights.shifts import Shift, shifts

SPOTIFY_COUNTS = 30  # seconds
AN_INSTANT = timedelta(milliseconds=1)  # plays are stored to the millisecond


@dataclass(frozen=True, slots=True)
class Scope:
    """An account's plays in a period that were heard for long enough; only those of `track_ids`, where it is given.

    Days, weeks and hours are those of `zones`; a week starts with `week_starts`.
    """

    account_id: int
    zones: Zones
    period: Period
    min_seconds: int = SPOTIFY_COUNTS
    track_ids: tuple[int, ...] | None = None
    week_starts: str = "monday"

    def during(self, start: datetime, end: datetime) -> "Scope":
        """The same question about another time."""
        return replace(self, period=Period(None, start, end))

    @property
    def before(self) -> "Scope | None":
        """The same question about the period before."""
        return self.during(*self.period.before) if self.period.before else None

    def values(self, prefix: str = "") -> dict[str, object]:
        """What the SQL below asks for; `prefix` is that of the source. Add `local_values` for LOCAL sources."""
        return {
            "account_id": self.account_id,
            "min_ms": self.min_seconds * 1000,
            "any_length": self.min_seconds <= SPOTIFY_COUNTS,
            "track_ids": None if self.track_ids is None else list(self.track_ids),
            f"{prefix}start": self.period.start,
            f"{prefix}end": self.period.end,
        }

    def local_values(self, prefix: str = "") -> dict[str, object]:
        """The same, with the stretches of the listener's clock, which takes a query where the period has no bound."""
        stretches = self.shifts()
        return self.values(prefix) | {
            f"{prefix}since": [stretch.since for stretch in stretches],
            f"{prefix}until": [stretch.until for stretch in stretches],
            f"{prefix}ahead": [stretch.ahead for stretch in stretches],
        }

    def shifts(self) -> Sequence[Shift]:
        """The listener's clock from the first to the last play in the period."""
        known = heard_between(self)
        return shifts(self.zones, *known) if known else []


# {p} is the prefix of a source, so that two periods fit into one query; {since} and {until} its bounds.
_KNOWN_LENGTH = """
    SELECT played_at, id, track_id, ms_played AS ms FROM counted_play
    WHERE account_id = %(account_id)s AND track_id IS NOT NULL AND played_at >= {since} AND played_at < {until}
      AND ms_played >= %(min_ms)s AND (%(track_ids)s::bigint[] IS NULL OR track_id = ANY(%(track_ids)s))
"""
_UNKNOWN_LENGTH = """
    SELECT played_at, counted_play.id, track_id, coalesce(duration_ms, 0) AS ms
    FROM counted_play JOIN track ON track.id = track_id
    WHERE account_id = %(account_id)s AND track_id IS NOT NULL AND played_at >= {since} AND played_at < {until}
      AND ms_played IS NULL AND (%(any_length)s OR duration_ms >= %(min_ms)s)
      AND (%(track_ids)s::bigint[] IS NULL OR track_id = ANY(%(track_ids)s))
"""
_EACH = f"{_KNOWN_LENGTH} UNION ALL {_UNKNOWN_LENGTH}"


def each_play(prefix: str = "") -> str:
    """A query of (played_at, id, track_id, ms), one row a play, in no order. Needs `Scope.values`."""
    return _EACH.format(since=f"%({prefix}start)s", until=f"%({prefix}end)s")


def each_local_play(prefix: str = "") -> str:
    """A query of (local, played_at, id, track_id, ms), in no order. Needs `Scope.local_values`.

    `local` is what the listener's clock showed when the play ended: a timestamptz to be read as UTC, so that
    date_trunc, extract and ::date give the listener's own hours and days.
    """
    play = _EACH.format(since="stretch.since", until="stretch.until")
    return f"""
        SELECT played_at + stretch.ahead AS local, heard.*
        FROM unnest(%({prefix}since)s::timestamptz[], %({prefix}until)s::timestamptz[], %({prefix}ahead)s::interval[])
            AS stretch (since, until, ahead)
        CROSS JOIN LATERAL ({play}) heard
    """


def by_track(prefix: str = "") -> str:
    """A query of (track_id, plays, ms, first_played_at, last_played_at), one row a track. Needs `Scope.values`."""
    return f"""
        SELECT track_id, count(*) AS plays, sum(ms)::bigint AS ms,
               min(played_at) AS first_played_at, max(played_at) AS last_played_at
        FROM ({each_play(prefix)}) each_play GROUP BY track_id
    """


def by_quarter(prefix: str = "") -> str:
    """A query of (local, plays, ms): for each quarter of an hour of the listener's clock with plays, how many and how
    long. No zone's clock has ever changed within a quarter of an hour since 1972. Needs `Scope.local_values`.
    """
    return f"""
        SELECT date_bin('15 min', local, '2000-01-01 00:00+00') AS local, count(*) AS plays, sum(ms)::bigint AS ms
        FROM ({each_local_play(prefix)}) each_play GROUP BY 1
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
