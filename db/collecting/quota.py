"""What Spotify's quota leaves us: blocks that outlive the process, and calls counted by the hour."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from db.engine.connection import database, row, rows

ROLLING_DAY = timedelta(hours=25)  # Spotify counts the last 24 hours at any moment, we whole hours that touch them
BLOCKED = "SELECT blocked_until FROM quota WHERE developer = %s AND endpoint_group = %s AND blocked_until > %s"
BLOCK = """
    INSERT INTO quota VALUES (%s, %s, %s, %s)
    ON CONFLICT (developer, endpoint_group)
    DO UPDATE SET blocked_until = excluded.blocked_until, reason = excluded.reason
"""
COUNT = """
    INSERT INTO quota_hour VALUES (%s, %s, date_trunc('hour', %s), 1)
    ON CONFLICT (developer, endpoint_group, hour) DO UPDATE SET calls = quota_hour.calls + 1 RETURNING calls
"""
FORGET = """
    DELETE FROM quota_hour WHERE developer = %s AND endpoint_group = %s AND hour < %s::timestamptz - interval '7 days'
"""
BY_HOUR = """
    SELECT hour, sum(calls)::integer FROM quota_hour WHERE developer = %s AND hour > %s GROUP BY hour ORDER BY hour
"""


@dataclass(frozen=True, slots=True)
class StoredQuota:
    """The quota of a developer account, whichever of its apps is used.

    Every call is a transaction of its own, so that a crash forgets no block.
    """

    developer: str
    now: Callable[[], datetime]

    def blocked_until(self, endpoint_group: str) -> datetime | None:
        found = row(BLOCKED, self.developer, endpoint_group, self.now())
        return found[0] if found else None

    def block(self, endpoint_group: str, until: datetime, reason: str) -> None:
        database.execute_sql(BLOCK, (self.developer, endpoint_group, until, reason))

    def count(self, endpoint_group: str) -> None:
        now = self.now()
        (calls,) = row(COUNT, self.developer, endpoint_group, now) or (0,)
        if calls == 1:  # the first of its hour: old hours are let go then
            database.execute_sql(FORGET, (self.developer, endpoint_group, now))

    def calls_by_hour(self, since: datetime) -> list[tuple[datetime, int]]:
        """(beginning of the hour, calls of all groups in it) of the hours that began after `since`, oldest first."""
        return [(hour, calls) for hour, calls in rows(BY_HOUR, self.developer, since)]
