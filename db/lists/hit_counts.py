"""Store how many songs of each account's lists were heard, so that all processes share the latest count."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import msgspec
import orjson

from db.engine.connection import database
from db.engine.records import records

STORED = "SELECT account_id, counted_until, tallies FROM account_hits"
KEEP = """
    INSERT INTO account_hits (account_id, counted_until, tallies)
    SELECT id, %(until)s, %(tallies)s FROM account WHERE id = %(account_id)s
    ON CONFLICT (account_id) DO UPDATE SET counted_until = excluded.counted_until, tallies = excluded.tallies
    WHERE account_hits.counted_until <= excluded.counted_until
"""
Counted = tuple[datetime, Any]


class _Hits(msgspec.Struct, frozen=True):
    account_id: int
    counted_until: datetime
    tallies: Any


def known_hits() -> dict[int, Counted]:
    """For each account, the time until which hits were counted, and the tallies."""
    return {hits.account_id: (hits.counted_until, hits.tallies) for hits in records(_Hits, STORED)}


def keep_hits(account_id: int, until: datetime, tallies: Mapping[str, object]) -> None:
    """Store an account's tallies, unless newer ones are stored."""
    values = {"account_id": account_id, "until": until, "tallies": orjson.dumps(tallies).decode()}
    database.execute_sql(KEEP, values)
