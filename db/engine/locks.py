"""Who may do what for an account at one time, across processes and machines.

Several locks, because a collector waits for Spotify for minutes and an import reads for minutes, and neither may keep
the other from storing: only the moment in which it is decided which reports count is shared.
"""

from collections.abc import Iterator
from contextlib import contextmanager, suppress

import peewee

from db.engine.connection import database, row

HELD = """
    SELECT EXISTS (SELECT FROM pg_locks JOIN pg_database ON pg_database.oid = pg_locks.database
        WHERE locktype = 'advisory' AND granted AND datname = current_database() AND objsubid = 1
            AND classid::bigint << 32 | objid::bigint = %s)
"""
KEY = "SELECT hashtextextended('insight ' || %s || ' ' || %s, 0)"


def _key(purpose: str, account_id: int) -> int:
    (key,) = row(KEY, purpose, account_id) or (0,)
    return int(key)


@contextmanager
def try_account_lock(account_id: int, collector: str) -> Iterator[bool]:
    """Be the only collector of this kind for the block, or yield False at once: where one is at work for this account
    already, or where the account is being deleted.

    It belongs to this connection, so a process that is killed lets go of it.
    """
    with _beside_others_or_not("account", account_id) as allowed:
        if not allowed:
            yield False
            return
        with _alone_or_not(f"collector {collector}", account_id) as mine:
            yield mine


@contextmanager
def account_lock(account_id: int) -> Iterator[None]:
    """Have no collector of any kind at work for the block, waiting for those that collect now."""
    with _alone("account", account_id):
        yield


@contextmanager
def import_lock(account_id: int) -> Iterator[None]:
    """Import, or undo an import, alone for the block, waiting for whoever does so now."""
    with _alone("import", account_id):
        yield


@contextmanager
def tokens_lock(account_id: int) -> Iterator[None]:
    """Renew an account's tokens alone for the block, waiting for whoever does so now."""
    with _alone("tokens", account_id):
        yield


@contextmanager
def sums_lock(account_id: int) -> Iterator[None]:
    """Sum plays up alone for the block, waiting for whoever does so now."""
    with _alone("sums", account_id):
        yield


@contextmanager
def playlist_lock(account_id: int) -> Iterator[None]:
    """Write an account's playlist alone for the block, waiting for whoever does so now."""
    with _alone("playlist", account_id):
        yield


@contextmanager
def try_first_collection_lock(account_id: int) -> Iterator[bool]:
    """Collect for the first time alone for the block, or yield False at once where another process does so."""
    with _alone_or_not("first collection", account_id) as mine:
        yield mine


def is_first_collection_locked(account_id: int) -> bool:
    """Whether a first collection is under way, in this process or another."""
    (held,) = row(HELD, _key("first collection", account_id)) or (False,)
    return bool(held)


@contextmanager
def try_refresh_lock() -> Iterator[bool]:
    """Ask other services alone for the block, or yield False at once where somebody else does: they count our calls."""
    with _alone_or_not("refresh", 0) as mine:
        yield mine


@contextmanager
def _alone_or_not(purpose: str, account_id: int) -> Iterator[bool]:
    key = _key(purpose, account_id)
    (mine,) = row("SELECT pg_try_advisory_lock(%s)", key) or (False,)
    try:
        yield mine
    finally:
        if mine:
            _let_go(key)


@contextmanager
def _beside_others_or_not(purpose: str, account_id: int) -> Iterator[bool]:
    key = _key(purpose, account_id)
    (allowed,) = row("SELECT pg_try_advisory_lock_shared(%s)", key) or (False,)
    try:
        yield allowed
    finally:
        if allowed:
            _let_go(key, "pg_advisory_unlock_shared")


@contextmanager
def _alone(purpose: str, account_id: int) -> Iterator[None]:
    key = _key(purpose, account_id)
    database.execute_sql("SELECT pg_advisory_lock(%s)", (key,))
    try:
        yield
    finally:
        _let_go(key)


@contextmanager
def names_lock() -> Iterator[None]:
    """Have nobody forget names for the block: an import points at music only after it has saved all of it."""
    key = _key("names", 0)
    database.execute_sql("SELECT pg_advisory_lock_shared(%s)", (key,))
    try:
        yield
    finally:
        _let_go(key, "pg_advisory_unlock_shared")


def share_names_lock() -> None:
    """Have nobody forget names to the end of the transaction under way; before the account's plays lock."""
    database.execute_sql("SELECT pg_advisory_xact_lock_shared(%s)", (_key("names", 0),))


def wait_for_names_lock() -> None:
    """Forget names while nobody imports, to the end of the transaction under way; before the recordings lock."""
    database.execute_sql("SELECT pg_advisory_xact_lock(%s)", (_key("names", 0),))


def wait_for_listeners_lock() -> None:
    """Decide alone whose account on Spotify is whose here, to the end of the transaction; before any account's row."""
    database.execute_sql("SELECT pg_advisory_xact_lock(%s)", (_key("listeners", 0),))


def wait_for_lists_lock(account_id: int) -> None:
    """Make recommendations alone, to the end of the transaction under way."""
    database.execute_sql("SELECT pg_advisory_xact_lock(%s)", (_key("lists", account_id),))


def _let_go(key: int, unlock: str = "pg_advisory_unlock") -> None:
    with suppress(peewee.PeeweeException):  # a lost connection has let go of it already
        database.execute_sql(f"SELECT {unlock}(%s)", (key,))


def wait_for_plays_lock(account_id: int) -> None:
    """Decide alone which reports count, to the end of the transaction under way; hold it for moments only."""
    database.execute_sql("SELECT pg_advisory_xact_lock(%s)", (_key("plays", account_id),))
