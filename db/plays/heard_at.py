"""When a play was heard, where that is not when it was reported.

Spotify reports all plays of an offline stretch with the second in which the device came online again; when the player
loaded each, `offline_timestamp` tells. What was reported stays as it is: it is what a report is known by.
"""

from datetime import datetime

from db.engine.connection import database, row

# How far a report may lie from where the row's own times put the end: a play can be paused.
PAUSED = "interval '90 s'"
# A device has to come online every 30 days (Spotify: listen-offline); what says more is a clock that was wrong.
LONGEST_OFFLINE = "interval '31 days'"
ENDED = "(started_at + ms_played * interval '1 ms')::timestamptz(3)"

# Never later than reported. `shared` says whether another play of an export shares its second.
MOMENT = f"""
    CASE WHEN source = 'extended' AND offline AND superseded_by IS NULL AND {ENDED} < played_at
        AND started_at > played_at - {LONGEST_OFFLINE} AND ({ENDED} < played_at - {PAUSED} OR shared) THEN {ENDED} END
"""
# Each second is looked at once, not once for each play of it.
HEARD = f"""
    UPDATE play SET heard_at = {MOMENT} FROM (
        SELECT unnest(ids) AS id, 1 < (SELECT count(*) FROM (
            SELECT FROM play WHERE account_id = (SELECT %(account)s::bigint) AND played_at >= second
                AND played_at < second + interval '1 s' AND source = 'extended' AND superseded_by IS NULL LIMIT 2
        ) two) AS shared
        FROM (
            SELECT date_trunc('second', played_at) AS second, array_agg(id) AS ids FROM play
            WHERE account_id = (SELECT %(account)s::bigint) AND (offline OR heard_at IS NOT NULL)
                AND played_at BETWEEN date_trunc('second', %(start)s::timestamptz)
                    AND date_trunc('second', %(end)s::timestamptz) + interval '1 s'
            GROUP BY 1
        ) moment
    ) reported
    WHERE play.account_id = (SELECT %(account)s::bigint) AND play.id = reported.id
      AND play.heard_at IS DISTINCT FROM {MOMENT}
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
