"""When a play was heard, where that is not when it was reported.

Spotify reports all plays of an offline stretch with the second in which the device came online again; when the player
loaded each, `offline_timestamp` tells. What was reported stays as it is: it is what a report is known by.
"""

from datetime import datetime

from db.connection import database, row

# How far a report may lie from where the row's own times put the end: a play can be paused.
PAUSED = "interval '90 s'"
# A device has to come online every 30 days (Spotify: listen-offline); what says more is a clock that was wrong.
LONGEST_OFFLINE = "interval '31 days'"

# The moment depends on the row, and on whether another play of an export shares its second. Never later than reported.
HEARD = f"""
    UPDATE play SET heard_at = settled.heard_at FROM (
        SELECT id, CASE
            WHEN source = 'extended' AND offline AND superseded_by IS NULL AND ended < played_at
                AND started_at > played_at - {LONGEST_OFFLINE} AND (ended < played_at - {PAUSED} OR EXISTS (
                    SELECT FROM play other WHERE other.account_id = offline.account_id AND other.id <> offline.id
                        AND other.played_at >= date_trunc('second', offline.played_at)
                        AND other.played_at < date_trunc('second', offline.played_at) + interval '1 s'
                        AND other.source = 'extended' AND other.superseded_by IS NULL))
            THEN ended END AS heard_at
        FROM (
            SELECT *, (started_at + ms_played * interval '1 ms')::timestamptz(3) AS ended FROM play
            WHERE account_id = %(account)s AND (offline OR heard_at IS NOT NULL)
                AND played_at BETWEEN date_trunc('second', %(start)s::timestamptz)
                    AND date_trunc('second', %(end)s::timestamptz) + interval '1 s'
        ) offline
    ) settled
    WHERE play.account_id = %(account)s AND play.id = settled.id
      AND play.heard_at IS DISTINCT FROM settled.heard_at
"""
EARLIEST = """
    SELECT min(heard_at) FROM play
    WHERE account_id = %(account)s AND heard_at IS NOT NULL
      AND played_at BETWEEN date_trunc('second', %(start)s::timestamptz)
          AND date_trunc('second', %(end)s::timestamptz) + interval '1 s'
"""


def settle_hearing(account_id: int, start: datetime, end: datetime) -> None:
    """For what was reported from `start` to `end`, after it was decided which reports count; in one transaction."""
    database.execute_sql(HEARD, {"account": account_id, "start": start, "end": end})


def earliest_heard(account_id: int, start: datetime, end: datetime) -> datetime:
    """When the first of what was reported from `start` to `end` was heard, at the latest `start`."""
    (heard_at,) = row(EARLIEST, account=account_id, start=start, end=end) or (None,)
    return min(start, heard_at) if heard_at else start
