"""Remember which version of this program used the database last, and report an upgrade at the first start after it."""

from changelog import as_numbers, changes_for_operators, this_version
from db.engine.connection import database, row

LAST = "SELECT version FROM last_version FOR UPDATE"
NOTE = """
    INSERT INTO last_version (version) VALUES (%s) ON CONFLICT (one) DO UPDATE SET version = excluded.version
"""


def news_of_the_upgrade() -> list[str]:
    """Lines for the log of the first program that starts after an upgrade; none otherwise. Needs a connection."""
    now = this_version()
    with database.atomic():
        (before,) = row(LAST) or (None,)
        if before == now:
            return []
        database.execute_sql(NOTE, (now,))
    if before is None:  # a new database
        return []
    if as_numbers(before) > as_numbers(now):
        return [f"Went back from {before} to {now}."]
    return [f"Upgraded {before} → {now}", *(f"  {line}" for line in changes_for_operators(before))]
