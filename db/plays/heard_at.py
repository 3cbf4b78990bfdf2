"""Work out when a play was heard if that differs from when it was reported.

Spotify reports all offline plays with the second in which the device came online again; their `offline_timestamp` has
the time at which the player loaded each. The reported time stays unchanged, because it identifies the report.
"""

from datetime import datetime

from db.engine.connection import database, row

# How much later than its calculated end a play may be reported, because it can be paused.
PAUSED = "interval '90 s'"
# A device must come online every 30 days (Spotify: listen-offline); if a row says more, its clock was wrong.
LONGEST_OFFLINE = "interval '31 days'"
# In UTC: otherwise, the sum would depend on the session's time zone, which a cluster refuses in an UPDATE.
ENDED = "((started_at AT TIME ZONE 'UTC' + ms_played * interval '1 ms') AT TIME ZONE 'UTC')::timestamptz(3)"
AFTER_LOADING = "played_at - started_at"
LENGTH = "ms_played * interval '1 ms'"

# Never later than reported. `shared` is true if another exported play has the same second.
MOMENT = f"""
    CASE WHEN source = 'extended' AND offline AND superseded_by IS NULL AND {AFTER_LOADING} > {LENGTH}
        AND {AFTER_LOADING} < {LONGEST_OFFLINE} AND ({AFTER_LOADING} > {LENGTH} + {PAUSED} OR shared) THEN {ENDED} END
"""
# Looks up each second once, not once for each of its plays.
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
    """Set when the plays reported from `start` to `end` were heard, after it is decided which reports count."""
    database.execute_sql(HEARD, {"account": account_id, "start": start, "end": end})


def earliest_heard(account_id: int, start: datetime, end: datetime) -> datetime:
    """When the first of the plays reported from `start` to `end` was heard; `start` at the latest."""
    (heard_at,) = row(EARLIEST, account=account_id, start=start, end=end) or (None,)
    return min(start, heard_at) if heard_at else start
