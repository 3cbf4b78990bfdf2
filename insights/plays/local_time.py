"""What the listener's clock showed at any instant, as SQL: for instants that are worked out, and are no play's end."""

from insights.plays.scope import Scope
from insights.plays.utc_offsets import FIRST, shifts


def shown_at(instant: str) -> str:
    """The SQL of what the clock showed at `instant`, SQL too: a timestamptz to be read as UTC. Needs `clock_values`."""
    place = f"greatest(1, width_bucket({instant}, %(clock_since)s::timestamptz[]))"
    return f"{instant} + (%(clock_ahead)s::interval[])[{place}]"


def clock_values(scope: Scope) -> dict[str, object]:
    """The listener's clock from 1970 until the period ends. No query."""
    stretches = shifts(scope.zones, FIRST, scope.period.end)
    return {
        "clock_since": [stretch.since for stretch in stretches],
        "clock_ahead": [stretch.ahead for stretch in stretches],
    }
