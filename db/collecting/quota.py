"""Track Spotify's quota: blocks that survive the process, and calls per hour."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import msgspec

from db.collecting.waits import SET_BACK
from db.engine.connection import database, row
from db.engine.records import records

LIVE_GROUP = "live"  # the endpoints that live collecting calls, which have a separate budget
ROLLING_DAY = timedelta(hours=25)  # Spotify counts the last 24 hours; we count the whole hours that overlap them
BLOCKED = f"""
    SELECT blocked_until FROM quota
    WHERE developer = %(developer)s AND endpoint_group = %(group)s AND blocked_until > %(now)s AND NOT {SET_BACK}
"""
BLOCK = """
    INSERT INTO quota (developer, endpoint_group, blocked_until, reason, decided_at) VALUES (%s, %s, %s, %s, %s)
    ON CONFLICT (developer, endpoint_group)
    DO UPDATE SET blocked_until = excluded.blocked_until, reason = excluded.reason, decided_at = excluded.decided_at
"""
COUNT = """
    INSERT INTO quota_hour VALUES (%s, %s, date_trunc('hour', %s), 1)
    ON CONFLICT (developer, endpoint_group, hour) DO UPDATE SET calls = quota_hour.calls + 1 RETURNING calls
"""
FORGET = """
    DELETE FROM quota_hour WHERE developer = %s AND endpoint_group = %s AND hour < %s::timestamptz - interval '7 days'
"""
BY_HOUR = """
    SELECT hour, sum(calls)::integer AS calls FROM quota_hour
    WHERE developer = %s AND hour > %s
      AND CASE WHEN %s::text[] IS NULL THEN endpoint_group <> %s ELSE endpoint_group = ANY(%s) END
    GROUP BY hour ORDER BY hour
"""


class HourlyCalls(msgspec.Struct, frozen=True):
    """The number of calls in the hour that begins at `hour`."""

    hour: datetime
    calls: int


@dataclass(frozen=True, slots=True)
class StoredQuota:
    """The quota of a developer account, which all its apps share.

    Each call is its own transaction, so that a crash loses no block.
    """

    developer: str
    now: Callable[[], datetime]

    def blocked_until(self, endpoint_group: str) -> datetime | None:
        (until,) = row(BLOCKED, developer=self.developer, group=endpoint_group, now=self.now()) or (None,)
        return until if isinstance(until, datetime) else None

    def block(self, endpoint_group: str, until: datetime, reason: str) -> None:
        database.execute_sql(BLOCK, (self.developer, endpoint_group, until, reason, self.now()))

    def count(self, endpoint_group: str) -> None:
        now = self.now()
        (calls,) = row(COUNT, self.developer, endpoint_group, now) or (0,)
        if calls == 1:  # the first call of an hour also deletes old hours
            database.execute_sql(FORGET, (self.developer, endpoint_group, now))

    def calls_by_hour(self, since: datetime, groups: Sequence[str] | None = None) -> list[HourlyCalls]:
        """The calls to these endpoint groups in each hour that began after `since`, the oldest first.

        None: to all but live collecting's, which have a separate budget.
        """
        names = None if groups is None else list(groups)
        return records(HourlyCalls, BY_HOUR, (self.developer, since, names, LIVE_GROUP, names))
