"""The version of the rules that settled an account's reports: after an upgrade, they may have to be settled again."""

from datetime import datetime

import msgspec

from db.engine.connection import database
from db.engine.records import record

RULES = 2  # increase it if the rules would settle the same reports differently, and the column's default with it
OUTDATED = """
    SELECT min(played_at) AS start, max(played_at) AS end FROM play
    WHERE account_id = (SELECT id FROM account WHERE id = %s AND matching_rules <> %s) HAVING count(*) > 0
"""
SETTLED = "UPDATE account SET matching_rules = %s WHERE id = %s AND matching_rules <> %s"


class ReportSpan(msgspec.Struct, frozen=True):
    """From the first to the last report."""

    start: datetime
    end: datetime


def settled_by_other_rules(account_id: int) -> ReportSpan | None:
    """The span of an account's reports if rules other than today's settled them, else None."""
    return record(ReportSpan, OUTDATED, (account_id, RULES))


def note_todays_rules(account_id: int) -> None:
    """Note the version of the rules, in the transaction that settles the account's reports with them."""
    database.execute_sql(SETTLED, (RULES, account_id, RULES))
