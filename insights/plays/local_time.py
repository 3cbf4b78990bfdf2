"""The listener's local time at any instant, as SQL: for instants other than the end of a play."""

from insights.plays.scope import Scope
from insights.plays.utc_offsets import FIRST, shifts


def shown_at(instant: str) -> str:
    """SQL for the local time at `instant` (SQL, too), as a timestamptz to read as UTC. Needs `clock_values`."""
    place = f"greatest(1, width_bucket({instant}, %(clock_since)s::timestamptz[]))"
    return f"{instant} + (%(clock_ahead)s::interval[])[{place}]"


def clock_values(scope: Scope) -> dict[str, object]:
    """The listener's clock from 1970 to the end of the period. Makes no query."""
    stretches = shifts(scope.zones, FIRST, scope.period.end)
    return {
        "clock_since": [stretch.since for stretch in stretches],
        "clock_ahead": [stretch.ahead for stretch in stretches],
    }
