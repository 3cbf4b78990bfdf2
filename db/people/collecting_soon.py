"""Let the next worker collect an account, because something about it has changed (db/collecting/schedule.py)."""

from db.engine.connection import database

NOW = """
    INSERT INTO collection_schedule (account_id, due_at) VALUES (%s, '-infinity')
    ON CONFLICT (account_id) DO UPDATE SET due_at = excluded.due_at, claim = NULL, failures = 0
"""
# A failed poll of the player may have lacked the permission that was just given.
LOOK_NOW = "UPDATE live_watch SET next_at = '2000-01-01Z', problem = '' WHERE account_id = %s"


def collect_soon(account_id: int) -> None:
    """Collect the account before all others, because it was connected or enabled, or its pause has ended."""
    database.execute_sql(NOW, (account_id,))
    database.execute_sql(LOOK_NOW, (account_id,))
