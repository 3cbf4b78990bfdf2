"""When plays of each account were last collected successfully."""

from collections.abc import Sequence
from datetime import datetime

import msgspec

from db.engine.each_account import records_of_accounts

LAST = """
    SELECT account_id, finished_at FROM collection_run
    WHERE account_id = {account} AND outcome = 'collected' AND finished_at IS NOT NULL
    ORDER BY finished_at DESC LIMIT 1
"""


class _LastRun(msgspec.Struct, frozen=True):
    account_id: int
    finished_at: datetime


def last_collected(account_ids: Sequence[int]) -> dict[int, datetime]:
    """The times by account, without accounts for which it never succeeded."""
    return {last.account_id: last.finished_at for last in records_of_accounts(_LastRun, LAST, account_ids)}
