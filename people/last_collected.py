"""When plays of each account were last collected successfully."""

from collections.abc import Sequence
from datetime import datetime

import msgspec

from db.engine.records import records

LAST = """
    SELECT account.id AS account_id, run.finished_at FROM unnest(%s::bigint[]) AS account (id)
    CROSS JOIN LATERAL (
        SELECT finished_at FROM collection_run
        WHERE account_id = account.id AND outcome = 'collected' AND finished_at IS NOT NULL
        ORDER BY finished_at DESC LIMIT 1
    ) run
"""


class _LastRun(msgspec.Struct, frozen=True):
    account_id: int
    finished_at: datetime


def last_collected(account_ids: Sequence[int]) -> dict[int, datetime]:
    """By account, without accounts for which that never succeeded."""
    return {last.account_id: last.finished_at for last in records(_LastRun, LAST, (list(account_ids),))}
