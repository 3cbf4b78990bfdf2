"""The plays of music of several accounts, month by month (UTC), and what tells whether a month has changed."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from msgspec import Struct

from db.engine.records import records
from db.engine.streaming import streamed

MUSIC = "FROM counted_play WHERE account_id = ANY(%s) AND track_id IS NOT NULL"
# `content` differs if any exported column of any play does, except in one case of 2^64.
MONTHS = f"""
    SELECT account_id, to_char(month, 'YYYY-MM') AS month, plays, content FROM (
        SELECT account_id, date_trunc('month', played_at AT TIME ZONE 'UTC') AS month, count(*) AS plays,
               bit_xor(hash_record_extended((id, played_at, track_id, ms_played), 0)) AS content
        {MUSIC} GROUP BY 1, 2
    ) summed ORDER BY 1, 2
"""
PLAYS = f"""
    SELECT account_id, played_at, track_id, ms_played {MUSIC}
    AND played_at >= (%s || '-01T00:00Z')::timestamptz
    AND played_at < (%s || '-01T00:00Z')::timestamptz + interval '1 month'
    ORDER BY account_id, played_at, track_id, id
"""
Play = tuple[int, datetime, int, int | None]  # account, when it ended, track, how long it was heard


class Month(Struct, frozen=True):
    """An account's plays in a month: their number, and a hash of them."""

    account_id: int
    month: str
    plays: int
    content: int


def months_of(account_ids: Sequence[int]) -> list[Month]:
    return records(Month, MONTHS, [list(account_ids)])


def plays_of_month(account_ids: Sequence[int], month: str, batch: int) -> Iterator[list[Play]]:
    """One account after the other, in the order of time; needs a transaction."""
    return streamed(PLAYS, list(account_ids), month, month, batch=batch)
