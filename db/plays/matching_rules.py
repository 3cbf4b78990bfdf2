"""By which rules an account's reports were settled last: after an upgrade that may have to be done again."""

from datetime import datetime

from db.engine.connection import database, row

RULES = 1  # goes up when the same reports would be settled otherwise; the default of the column is the newest
OUTDATED = """
    SELECT min(played_at), max(played_at) FROM play
    WHERE account_id = (SELECT id FROM account WHERE id = %s AND matching_rules <> %s) HAVING count(*) > 0
"""
SETTLED = "UPDATE account SET matching_rules = %s WHERE id = %s AND matching_rules <> %s"


def settled_by_other_rules(account_id: int) -> tuple[datetime, datetime] | None:
    """From when to when there are reports, where other rules than today's have settled them."""
    return row(OUTDATED, account_id, RULES)


def note_todays_rules(account_id: int) -> None:
    """Part of the transaction that has settled everything anew."""
    database.execute_sql(SETTLED, (RULES, account_id, RULES))
