"""When each account was last collected for with success."""

from collections.abc import Sequence
from datetime import datetime

from db.engine.connection import rows

LAST = """
    SELECT account.id, run.finished_at FROM unnest(%s::bigint[]) AS account (id)
    CROSS JOIN LATERAL (
        SELECT finished_at FROM collection_run
        WHERE account_id = account.id AND outcome = 'collected' AND finished_at IS NOT NULL
        ORDER BY finished_at DESC LIMIT 1
    ) run
"""


def last_collected(account_ids: Sequence[int]) -> dict[int, datetime]:
    """Without those that never were."""
    return dict(rows(LAST, list(account_ids)))
