"""How much of each account's lists was heard, as it was counted last: one count for every process and every start."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import orjson

from db.engine.connection import database, rows

KNOWN = "SELECT account_id, counted_until, tallies FROM account_hits"
KEEP = """
    INSERT INTO account_hits (account_id, counted_until, tallies)
    SELECT id, %(until)s, %(tallies)s FROM account WHERE id = %(account_id)s
    ON CONFLICT (account_id) DO UPDATE SET counted_until = excluded.counted_until, tallies = excluded.tallies
    WHERE account_hits.counted_until <= excluded.counted_until
"""
Counted = tuple[datetime, Any]


def known_hits() -> dict[int, Counted]:
    """By account, until when was counted, and what `keep_hits` was given."""
    return {account_id: (until, tallies) for account_id, until, tallies in rows(KNOWN)}


def keep_hits(account_id: int, until: datetime, tallies: Mapping[str, object]) -> None:
    given = {"account_id": account_id, "until": until, "tallies": orjson.dumps(tallies).decode()}
    database.execute_sql(KEEP, given)
