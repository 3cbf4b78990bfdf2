"""Whether a service can be asked: a breaker that opens after failures in a row, and outlives the process."""

from dataclasses import dataclass
from datetime import datetime

from db.engine.connection import database, row, rows

BLOCKED = "SELECT blocked_until FROM service_standing WHERE service = %s AND blocked_until > %s"
SUCCESS = """
    INSERT INTO service_standing (service, answered_at) VALUES (%s, %s)
    ON CONFLICT (service) DO UPDATE
    SET failures = 0, blocked_until = NULL, reason = '', answered_at = excluded.answered_at
"""
# From the third failure in a row on a quarter of an hour, then twice as long each time, a day at most. NULL is less
# than everything to greatest().
FAILURE = """
    INSERT INTO service_standing (service, failures, reason, blocked_until)
    VALUES (%(service)s, 1, %(reason)s, %(until)s)
    ON CONFLICT (service) DO UPDATE
    SET failures = service_standing.failures + 1, reason = excluded.reason,
        blocked_until = greatest(service_standing.blocked_until, excluded.blocked_until,
            CASE WHEN service_standing.failures >= 2 THEN %(now)s + least(
                interval '1 day', interval '15 minutes' * 2 ^ least(service_standing.failures - 2, 10)) END)
"""
STANDING = "SELECT service, failures, blocked_until, reason, answered_at FROM service_standing ORDER BY service"


@dataclass(frozen=True, slots=True)
class Standing:
    """`failures` in a row since it answered last, and the `reason` of the latest; `blocked_until` may be over."""

    service: str
    failures: int
    blocked_until: datetime | None
    reason: str
    answered_at: datetime | None


def blocked_until(service: str, now: datetime) -> datetime | None:
    """When the service may be asked again, None when it may be asked now."""
    found = row(BLOCKED, service, now)
    return found[0] if found else None


def record_success(service: str, now: datetime) -> None:
    """It has answered: whatever was before is forgotten."""
    database.execute_sql(SUCCESS, (service, now))


def record_failure(service: str, reason: str, now: datetime, until: datetime | None = None) -> None:
    """It has not answered; an `until` that it told counts at once. `reason` is for people, and holds no secret."""
    database.execute_sql(FAILURE, {"service": service, "reason": reason, "now": now, "until": until})


def standing() -> list[Standing]:
    """Of every service that was ever asked, by its name."""
    return [Standing(*columns) for columns in rows(STANDING)]
