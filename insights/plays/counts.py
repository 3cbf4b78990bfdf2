"""The number of plays of each account, and its first and last play."""

from collections.abc import Sequence
from datetime import datetime

from msgspec import Struct

from db.engine.connection import rows
from db.engine.each_account import records_of_accounts
from insights.answers.periods import Period

# Of finished years and months, whose sums know how many plays they have, nothing is counted. What is left is short: the
# index is read, and never the table. The first and last play are at the ends of the index.
COUNTS = """
    SELECT {account} AS account_id, summed.plays + beside.plays AS plays, first.played_at AS first_played_at,
           last.played_at AS last_played_at
    FROM (
        SELECT coalesce(sum(plays), 0)::bigint AS plays, array_agg(since ORDER BY since) AS sinces,
               array_agg(until ORDER BY since) AS untils
        FROM summed_period WHERE account_id = {account} AND current
    ) summed
    CROSS JOIN LATERAL (
        SELECT coalesce(sum(counted.plays), 0)::bigint AS plays
        FROM unnest(array_prepend('-infinity', untils), array_append(sinces, 'infinity'))
            AS stretch (since, until)
        CROSS JOIN LATERAL (
            SELECT count(*) AS plays FROM counted_play
            WHERE account_id = {account} AND track_id IS NOT NULL
                AND played_at >= stretch.since AND played_at < stretch.until
        ) counted
        WHERE stretch.since < stretch.until
    ) beside
    LEFT JOIN LATERAL (
        SELECT played_at FROM counted_play
        WHERE account_id = {account} AND track_id IS NOT NULL
        ORDER BY played_at LIMIT 1
    ) first ON true
    LEFT JOIN LATERAL (
        SELECT played_at FROM counted_play
        WHERE account_id = {account} AND track_id IS NOT NULL
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
    return {totals.account_id: totals for totals in records_of_accounts(Counts, COUNTS, account_ids)}


def plays_of_any_length(account_id: int, period: Period) -> int:
    """The number of plays of music in a period, also of those too short to count."""
    return int(rows(WITHIN, account_id=account_id, start=period.start, end=period.end)[0][0])


def has_plays(account_id: int) -> bool:
    """Whether anything was ever recorded, which costs less than counting it."""
    return bool(rows(HAS_PLAYS, account_id)[0][0])
