"""The queue of accounts to collect: any number of workers claim batches of it, each for the time of a lease.

A claim only moves `due_at` to the end of the lease, so nobody has to notice that a worker died: its batch is due then.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID, uuid4

import msgspec

from db.collecting.shards import EVERYTHING, Shard
from db.collecting.waits import SET_BACK
from db.engine.connection import database, row, rows

# Accounts of an app that Spotify has blocked are not claimed: they would fill every batch.
CLAIM = f"""
    WITH due AS (
        SELECT account_id FROM collection_schedule schedule
        JOIN account ON account.id = account_id LEFT JOIN spotify_app ON spotify_app.id = app_id
        WHERE due_at <= %(now)s AND account_id %% %(shards)s = %(shard)s AND NOT EXISTS (
            SELECT FROM quota WHERE developer = coalesce(spotify_app.developer, %(developer)s)
                AND endpoint_group = %(group)s AND blocked_until > %(now)s AND NOT quota.{SET_BACK})
        ORDER BY due_at LIMIT %(most)s FOR UPDATE OF schedule SKIP LOCKED
    )
    UPDATE collection_schedule schedule SET claim = %(claim)s, due_at = %(until)s, decided_at = %(now)s
    FROM due WHERE schedule.account_id = due.account_id RETURNING schedule.account_id
"""
RELEASE = "UPDATE collection_schedule SET claim = NULL, due_at = %s WHERE account_id = ANY(%s) AND claim = %s"
# A poll that somebody asked for has no claim, and counts too. An account that became due for another reason since it
# was claimed, such as a new consent, stays due.
MINE = "account_id = %(account)s AND (%(claim)s::uuid IS NULL OR claim = %(claim)s::uuid)"
NEXT = f"UPDATE collection_schedule SET claim = NULL, failures = 0, due_at = %(at)s, decided_at = %(now)s WHERE {MINE}"
BACK_OFF = f"""
    UPDATE collection_schedule SET claim = NULL, failures = failures + 1, decided_at = %(now)s, due_at = greatest(
        %(until)s,
        (%(now)s::timestamptz AT TIME ZONE 'UTC' + least(%(shortest)s * 2 ^ least(failures, 16), %(longest)s))
            AT TIME ZONE 'UTC')
    WHERE {MINE}
"""
NEVER = f"UPDATE collection_schedule SET claim = NULL, failures = 0, due_at = 'infinity' WHERE {MINE}"
PROLONGED = f"""
    UPDATE collection_schedule SET claim = NULL, due_at = %(now)s, decided_at = %(now)s WHERE account_id IN (
        SELECT account_id FROM collection_schedule
        WHERE {SET_BACK} AND due_at < 'infinity' AND account_id %% %(shards)s = %(shard)s FOR UPDATE SKIP LOCKED)
"""
COLLECTABLE = "SELECT EXISTS (SELECT FROM account WHERE refresh_token IS NOT NULL AND disabled_at IS NULL)"
RECENT_GROUP = "player"  # the endpoints that a poll calls, as spotify/client.py names them


class Batch(msgspec.Struct, frozen=True):
    """Accounts that one worker collects until the end of its lease."""

    claim: UUID
    account_ids: Sequence[int]
    until: datetime


def claim_batch(now: datetime, lease: timedelta, most: int, developer: str = "", shard: Shard = EVERYTHING) -> Batch:
    """Claim the `most` accounts that are longest overdue; `developer` owns the app of the settings.

    Accounts that another worker is claiming at this moment are skipped.
    """
    claim, until = uuid4(), now + lease
    claimed = rows(
        CLAIM, now=now, until=until, claim=str(claim), most=most, developer=developer, group=RECENT_GROUP,
        shard=shard.index, shards=shard.count,
    )  # fmt: skip
    return Batch(claim, [account_id for (account_id,) in claimed], until)


def release(batch: Batch, account_ids: Sequence[int], now: datetime) -> None:
    """Release accounts that were claimed but not collected, which are due again at once."""
    database.execute_sql(RELEASE, (now, list(account_ids), str(batch.claim)))


def end_prolonged_waits(now: datetime, shard: Shard = EVERYTHING) -> None:
    """Make accounts due that were scheduled before the clock was set back. It reads these alone."""
    database.execute_sql(PROLONGED, {"now": now, "shard": shard.index, "shards": shard.count})


def collect_at(account_id: int, now: datetime, at: datetime, claim: UUID | None = None) -> None:
    """Collect the account next at this time."""
    database.execute_sql(NEXT, {"account": account_id, "claim": _text(claim), "now": now, "at": at})


def collect_after_failure(
    account_id: int, now: datetime, pauses: tuple[timedelta, timedelta], until: datetime | None = None,
    claim: UUID | None = None,
) -> None:  # fmt: skip
    """Collect the account next after a pause, which is twice as long after each failure, but not before `until`.

    `pauses`: the shortest and the longest.
    """
    shortest, longest = pauses
    values = {"account": account_id, "claim": _text(claim), "now": now, "until": until}
    database.execute_sql(BACK_OFF, {**values, "shortest": shortest, "longest": longest})


def collect_no_more(account_id: int, claim: UUID | None = None) -> None:
    """Do not collect the account until something about it changes (db/people/collecting_soon.py)."""
    database.execute_sql(NEVER, {"account": account_id, "claim": _text(claim)})


def anybody_collectable() -> bool:
    """Whether any account is connected and enabled."""
    return row(COLLECTABLE) == (True,)


def _text(claim: UUID | None) -> str | None:
    return None if claim is None else str(claim)
