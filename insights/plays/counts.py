"""How much each account has played: the count, the first and the last play."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from db.engine.connection import rows

# The two ends of the index are read at once; only the count walks it, and never touches the table.
COUNTS = """
    SELECT account.id, counted.plays, first.played_at, last.played_at
    FROM unnest(%s::bigint[]) AS account (id)
    CROSS JOIN LATERAL (
        SELECT count(*) AS plays FROM counted_play
        WHERE account_id = account.id AND track_id IS NOT NULL
    ) counted
    LEFT JOIN LATERAL (
        SELECT played_at FROM counted_play
        WHERE account_id = account.id AND track_id IS NOT NULL
        ORDER BY played_at LIMIT 1
    ) first ON true
    LEFT JOIN LATERAL (
        SELECT played_at FROM counted_play
        WHERE account_id = account.id AND track_id IS NOT NULL
        ORDER BY played_at DESC LIMIT 1
    ) last ON true
"""


@dataclass(frozen=True, slots=True)
class Counts:
    """Plays that count (music only); both instants are None where there are none."""

    plays: int
    first_played_at: datetime | None
    last_played_at: datetime | None


def counts(account_ids: Sequence[int]) -> dict[int, Counts]:
    """The totals of each account by its id."""
    return {account_id: Counts(*found) for account_id, *found in rows(COUNTS, list(account_ids))}
