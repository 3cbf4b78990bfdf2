"""What Spotify's quota leaves us: blocks that outlive the process, and calls counted by the hour."""

from dataclasses import dataclass
from datetime import datetime

from db.connection import database, row


@dataclass(frozen=True, slots=True)
class StoredQuota:
    """The quota of a developer account, whichever of its apps is used.

    Every call is a transaction of its own, so that a crash forgets no block.
    """

    developer: str

    def blocked_until(self, endpoint_group: str) -> datetime | None:
        found = row(
            "SELECT blocked_until FROM quota WHERE developer = %s AND endpoint_group = %s AND blocked_until > now()",
            self.developer,
            endpoint_group,
        )
        return found[0] if found else None

    def block(self, endpoint_group: str, until: datetime, reason: str) -> None:
        database.execute_sql(
            "INSERT INTO quota VALUES (%s, %s, %s, %s) ON CONFLICT (developer, endpoint_group) "
            "DO UPDATE SET blocked_until = excluded.blocked_until, reason = excluded.reason",
            (self.developer, endpoint_group, until, reason),
        )

    def count(self, endpoint_group: str) -> None:
        database.execute_sql(
            "INSERT INTO quota_hour VALUES (%s, %s, date_trunc('hour', now()), 1) "
            "ON CONFLICT (developer, endpoint_group, hour) DO UPDATE SET calls = quota_hour.calls + 1",
            (self.developer, endpoint_group),
        )
