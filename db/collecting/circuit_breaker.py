"""A circuit breaker for each service: it opens after several failures in a row, and its state survives the process."""

from datetime import datetime

import msgspec

from db.engine.connection import database, row
from db.engine.records import records

BLOCKED = "SELECT blocked_until FROM service_standing WHERE service = %s AND blocked_until > %s"
SUCCESS = """
    INSERT INTO service_standing (service, answered_at) VALUES (%s, %s)
    ON CONFLICT (service) DO UPDATE
    SET failures = 0, blocked_until = NULL, reason = '', answered_at = excluded.answered_at
"""
# The third failure in a row blocks the service for 15 minutes, each further one for twice as long, up to a day.
# greatest() ignores NULL.
FAILURE = """
    INSERT INTO service_standing (service, failures, reason, blocked_until)
    VALUES (%(service)s, 1, %(reason)s, %(until)s)
    ON CONFLICT (service) DO UPDATE
    SET failures = service_standing.failures + 1, reason = excluded.reason,
        blocked_until = greatest(service_standing.blocked_until, excluded.blocked_until,
            CASE WHEN service_standing.failures >= 2 THEN %(now)s + least(
                interval '1 day', interval '15 minutes' * 2 ^ least(service_standing.failures - 2, 10)) END)
"""
STATES = "SELECT service, failures, blocked_until, reason, answered_at FROM service_standing ORDER BY service"


class BreakerState(msgspec.Struct, frozen=True):
    """A service's failures in a row, with the `reason` of the latest one; `blocked_until` may be in the past."""

    service: str
    failures: int
    blocked_until: datetime | None
    reason: str
    answered_at: datetime | None


def blocked_until(service: str, now: datetime) -> datetime | None:
    """When the service may be called again; None if it may be called now."""
    (until,) = row(BLOCKED, service, now) or (None,)
    return until if isinstance(until, datetime) else None


def record_success(service: str, now: datetime) -> None:
    """Close the service's breaker: it has answered."""
    database.execute_sql(SUCCESS, (service, now))


def record_failure(service: str, reason: str, now: datetime, until: datetime | None = None) -> None:
    """Count a failure. If the service said until when it is unavailable, `until` blocks it at once.

    `reason` is shown to people, and contains no secret.
    """
    database.execute_sql(FAILURE, {"service": service, "reason": reason, "now": now, "until": until})


def breaker_states() -> list[BreakerState]:
    """The state for every service that was ever called, sorted by name."""
    return records(BreakerState, STATES)
