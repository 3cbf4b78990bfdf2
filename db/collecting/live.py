"""What live collecting knows of each account's player, so that a restart continues where it stopped."""

from datetime import datetime, timedelta

import msgspec

from db.collecting.shards import EVERYTHING, Shard
from db.collecting.waits import SET_BACK
from db.engine.connection import database, row
from db.engine.records import record, records

LONGEST_WAIT = timedelta(minutes=15)  # without a problem
STORED = """
    SELECT watched::text AS watched, shown_at, next_at FROM live_watch WHERE account_id = %s
"""
IS_DUE = f"(next_at <= %(now)s OR {SET_BACK})"
WAITS = f"SELECT FROM live_watch WHERE account_id = %(account)s AND NOT {IS_DUE}"
LOCKED = f"{STORED.rstrip()} FOR UPDATE"
CHANGE = "UPDATE live_watch SET watched = %s WHERE account_id = %s"
STORE = """
    INSERT INTO live_watch (account_id, watched, shown_at, next_at, decided_at) VALUES (%s, %s, %s, %s, %s)
    ON CONFLICT (account_id) DO UPDATE SET watched = excluded.watched, shown_at = excluded.shown_at,
        next_at = excluded.next_at, decided_at = excluded.decided_at, problem = ''
"""
FAILED = """
    INSERT INTO live_watch (account_id, next_at, decided_at, problem) VALUES (%s, %s, %s, %s)
    ON CONFLICT (account_id) DO UPDATE SET next_at = excluded.next_at, decided_at = excluded.decided_at,
        problem = excluded.problem
"""
PROBLEM = "SELECT problem, next_at FROM live_watch WHERE account_id = %s AND problem <> ''"
# A consent that has ended is tried again by the polls of recently-played.
WANTING = """
    scan_mode <> 'recent' AND refresh_token IS NOT NULL AND reconnect_reason IS NULL AND disabled_at IS NULL
    AND NOT EXISTS (SELECT FROM collecting_pause WHERE account_id = account.id AND until IS NULL)
"""
DUE = f"""
    SELECT username, account.id AS account_id FROM account LEFT JOIN live_watch ON account_id = account.id
    WHERE {WANTING} AND (next_at IS NULL OR {IS_DUE})
      AND account.id <> ALL(%(busy)s) AND account.id %% %(shards)s = %(shard)s
    ORDER BY next_at NULLS FIRST, account.id LIMIT %(most)s
"""
# Somebody who has just listened may still be listening.
WAKE = "UPDATE live_watch SET next_at = least(next_at, %s) WHERE account_id = %s AND problem = ''"
WATCHED = f"SELECT count(*) FROM account WHERE {WANTING}"


class StoredWatch(msgspec.Struct, frozen=True):
    """`watched` is JSON; `shown_at` is when the player last showed anything, `next_at` when to poll it again."""

    watched: str
    shown_at: datetime | None
    next_at: datetime


class DueAccount(msgspec.Struct, frozen=True):
    username: str
    account_id: int


class LiveProblem(msgspec.Struct, frozen=True):
    """Why the last poll failed, and when the next one is due."""

    problem: str
    next_at: datetime


def stored_watch(account_id: int) -> StoredWatch | None:
    return record(StoredWatch, STORED, (account_id,))


def store_watch(account_id: int, watch: StoredWatch, now: datetime) -> None:
    """Runs in the transaction that stores the plays that have ended."""
    database.execute_sql(STORE, (account_id, watch.watched, watch.shown_at, watch.next_at, now))


def note_live_problem(account_id: int, problem: str, next_at: datetime, now: datetime) -> None:
    """Poll again at `next_at`; what the account's player showed stays as it was."""
    database.execute_sql(FAILED, (account_id, next_at, now, problem))


def locked_watch(account_id: int) -> StoredWatch | None:
    """What the account's player showed, locked until the transaction ends."""
    return record(StoredWatch, LOCKED, (account_id,))


def change_watch(account_id: int, watched: str) -> None:
    """Change what a locked row says, without another poll."""
    database.execute_sql(CHANGE, (watched, account_id))


def look_soon(account_id: int, now: datetime) -> None:
    """Poll the account's player at once, unless Spotify refused the last poll."""
    database.execute_sql(WAKE, (now, account_id))


def live_problem(account_id: int) -> LiveProblem | None:
    return record(LiveProblem, PROBLEM, (account_id,))


def due_accounts(now: datetime, busy: list[int], most: int, shard: Shard = EVERYTHING) -> list[DueAccount]:
    """Accounts whose player is due for a poll, the longest overdue first; `busy` are those that are being polled."""
    shards = {"shards": shard.count, "shard": shard.index}
    return records(DueAccount, DUE, {"now": now, "busy": busy, "most": most, **shards})


def is_due(account_id: int, now: datetime) -> bool:
    """Whether the account's player is due for a poll."""
    return not database.execute_sql(WAITS, {"account": account_id, "now": now}).fetchall()


def accounts_watched() -> int:
    """The number of accounts that are collected live."""
    (count,) = row(WATCHED) or (0,)
    return int(count)
