"""The texts with which sources name the devices of an account's plays."""

from db.engine.connection import rows
from db.sums import summed_periods
from insights.plays.scope import longest_run

# The sums of a period have every text of its plays of known length, so only the other plays are looked through.
PLATFORMS = """
    SELECT platform FROM report_in_period
    WHERE account_id = %(account_id)s AND period_id = ANY(%(sums)s::bigint[]) AND platform IS NOT NULL
    UNION SELECT platform FROM counted_play
    WHERE account_id = %(account_id)s AND track_id IS NOT NULL AND platform IS NOT NULL
      AND (%(since)s::timestamptz IS NULL OR played_at < %(since)s)
    UNION SELECT platform FROM counted_play
    WHERE account_id = %(account_id)s AND track_id IS NOT NULL AND platform IS NOT NULL AND played_at >= %(until)s
    UNION SELECT platform FROM counted_play
    WHERE account_id = %(account_id)s AND track_id IS NOT NULL AND platform IS NOT NULL AND ms_played IS NULL
    ORDER BY 1
"""


def heard_platforms(account_id: int) -> list[str]:
    """All of them; two queries."""
    summed = longest_run(summed_periods(account_id))
    bounds = {"since": summed[0].since, "until": summed[-1].until} if summed else {"since": None, "until": "infinity"}
    sums = [period.id for period in summed]
    return [platform for (platform,) in rows(PLATFORMS, account_id=account_id, sums=sums, **bounds)]
