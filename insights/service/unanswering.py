"""Services whose circuit breaker is open now, and when each last answered."""

from datetime import datetime

from msgspec import Struct

from db.engine.records import records

UNANSWERING = """
    SELECT service, answered_at AS since FROM service_standing WHERE blocked_until > %s ORDER BY service
"""


class Unanswering(Struct, frozen=True):
    """A service that does not answer; `since` is when it last did, None if it never did."""

    service: str
    since: datetime | None


def unanswering(now: datetime) -> list[Unanswering]:
    """Ordered by name."""
    return records(Unanswering, UNANSWERING, [now])
