"""Services whose circuit breaker is open now, and when each answered last."""

from datetime import datetime

from msgspec import Struct

from db.engine.records import records

UNANSWERING = """
    SELECT service, answered_at AS since FROM service_standing WHERE blocked_until > %s ORDER BY service
"""


class Unanswering(Struct, frozen=True):
    """`since` is when it answered last, None if it never did."""

    service: str
    since: datetime | None


def unanswering(now: datetime) -> list[Unanswering]:
    """Ordered by name."""
    return records(Unanswering, UNANSWERING, [now])
