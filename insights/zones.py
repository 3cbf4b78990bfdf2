"""Where a listener has lived, by the number of the account."""

from db.connection import rows
from insights.days import Zones

ZONES = """
    SELECT greatest(since, '0001-01-03 00:00+00'), time_zone FROM account_time_zone
    WHERE account_id = %s ORDER BY since DESC
"""


def zones_of(account_id: int) -> Zones:
    """As insights/accounts.py has them."""
    return Zones(tuple((since, zone) for since, zone in rows(ZONES, account_id)))
