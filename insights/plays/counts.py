"""The number of plays of each account, and its first and last play."""

from collections.abc import Sequence
from datetime import datetime

from msgspec import Struct

from db.engine.connection import rows
from db.engine.records import records
from insights.answers.periods import Period

# The first and last play are at the ends of the index; only the count scans it, and never reads the table.
COUNTS = """
    SELECT account.id AS account_id, counted.plays, first.played_at AS first_played_at, last.played_at AS last_played_at
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

WITHIN = """
    SELECT count(*) FROM counted_play
    WHERE account_id = %(account_id)s AND track_id IS NOT NULL AND played_at >= %(start)s AND played_at < %(end)s
"""
HAS_PLAYS = "SELECT EXISTS (SELECT FROM counted_play WHERE account_id = %s)"


class Counts(Struct, frozen=True):
    """Plays that count (music only); both instants are None if there are no plays."""

    account_id: int
    plays: int
    first_played_at: datetime | None
    last_played_at: datetime | None


def counts(account_ids: Sequence[int]) -> dict[int, Counts]:
    """The totals by account id."""
    return {totals.account_id: totals for totals in records(Counts, COUNTS, [list(account_ids)])}


def plays_of_any_length(account_id: int, period: Period) -> int:
    """Those of music in a period, also those too short to count."""
    return int(rows(WITHIN, account_id=account_id, start=period.start, end=period.end)[0][0])


def has_plays(account_id: int) -> bool:
    """Whether anything was ever recorded, which costs less than counting it."""
    return bool(rows(HAS_PLAYS, account_id)[0][0])
