"""Services whose circuit breaker is open now, and when each answered last."""

from dataclasses import dataclass
from datetime import datetime

from db.engine.connection import rows

UNANSWERING = "SELECT service, answered_at FROM service_standing WHERE blocked_until > %s ORDER BY service"


@dataclass(frozen=True, slots=True)
class Unanswering:
    """`since` is when it answered last, None if it never did."""

    service: str
    since: datetime | None


def unanswering(now: datetime) -> list[Unanswering]:
    """Ordered by name."""
    return [Unanswering(*columns) for columns in rows(UNANSWERING, now)]
