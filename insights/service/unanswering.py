"""Which services cannot be asked now, and since when they have not answered."""

from dataclasses import dataclass
from datetime import datetime

from db.engine.connection import rows

UNANSWERING = "SELECT service, answered_at FROM service_standing WHERE blocked_until > %s ORDER BY service"


@dataclass(frozen=True, slots=True)
class Unanswering:
    """`since` is when it answered last, None where it never did."""

    service: str
    since: datetime | None


def unanswering(now: datetime) -> list[Unanswering]:
    """By name."""
    return [Unanswering(*found) for found in rows(UNANSWERING, now)]
