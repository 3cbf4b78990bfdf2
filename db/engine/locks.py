"""Advisory locks per account, which hold across processes and machines.

There are several, because a collector may wait minutes for Spotify and an import may read for minutes, and neither may
block the other from storing plays. They exclude each other only while one decides which reports count.
"""

from collections.abc import Iterator
from contextlib import contextmanager, suppress

import peewee

from db.engine.connection import database, row

HELD = """
    SELECT EXISTS (SELECT FROM pg_locks JOIN pg_database ON pg_database.oid = pg_locks.database
        WHERE locktype = 'advisory' AND granted AND datname = current_database() AND objsubid = 1
            AND classid::bigint << 32 | objid::bigint = {key})
"""
KEY = "hashtextextended('insight ' || %s || ' ' || %s, 0)"


def _call(function: str, purpose: str, account_id: int = 0) -> bool:
    """Call one of PostgreSQL's functions for advisory locks; returns whether it returns true.

    It works even for a question that has been stopped meanwhile, which must not keep its lock.
    """
    (returned,) = database.execute_sql(f"SELECT {function}({KEY})", (purpose, account_id)).fetchone()
    return returned is True


class SessionNeeded(Exception):
    """A session lock was requested where each transaction may have another session, so it would exclude nobody."""


def _call_for_session(function: str, purpose: str, account_id: int = 0) -> bool:
    """Call one for a lock that is held beyond a transaction. Raises SessionNeeded."""
    if not database.obj.connection().keeps_session:
        raise SessionNeeded(purpose)
    return _call(function, purpose, account_id)


@contextmanager
def try_account_lock(account_id: int, collector: str) -> Iterator[bool]:
    """Be the account's only collector of this kind during the block.

    Yields False at once if another one is running, or if the account is being deleted. The lock belongs to this
    connection, so PostgreSQL releases it when the process dies.
    """
    with _try_shared("account", account_id) as is_open:
        if not is_open:
            yield False
            return
        with _try_exclusive(f"collector {collector}", account_id) as acquired:
            yield acquired


@contextmanager
def account_lock(account_id: int) -> Iterator[None]:
    """Keep every collector of the account out during the block; waits for running ones to finish."""
    with _exclusive("account", account_id):
        yield


def share_account_lock(account_id: int) -> None:
    """Wait while the account is being deleted, and keep it until the transaction ends. Acquire it before all others."""
    _call("pg_advisory_xact_lock_shared", "account", account_id)


@contextmanager
def import_lock(account_id: int) -> Iterator[None]:
    """Be the only one to import, or to undo an import, during the block; waits for others to finish."""
    with _exclusive("import", account_id):
        yield


@contextmanager
def try_import_job_lock(account_id: int) -> Iterator[bool]:
    """Do what a page has asked for with an account's imports; yields False at once if another process does it."""
    with _try_exclusive("import job", account_id) as acquired:
        yield acquired


@contextmanager
def tokens_lock(account_id: int) -> Iterator[None]:
    """Be the only one to renew an account's tokens during the block; waits for others to finish."""
    with _exclusive("tokens", account_id):
        yield


@contextmanager
def sums_lock(account_id: int) -> Iterator[None]:
    """Be the only one to sum up an account's plays during the block; waits for others to finish."""
    with _exclusive("sums", account_id):
        yield


@contextmanager
def playlist_lock(account_id: int) -> Iterator[None]:
    """Be the only one to write an account's playlist during the block; waits for others to finish."""
    with _exclusive("playlist", account_id):
        yield


@contextmanager
def try_first_collection_lock(account_id: int) -> Iterator[bool]:
    """Run an account's first collection during the block; yields False at once if another process is running it."""
    with _try_exclusive("first collection", account_id) as acquired:
        yield acquired


def is_first_collection_locked(account_id: int) -> bool:
    """Whether a first collection is under way, in this process or another."""
    (held,) = row(HELD.format(key=KEY), "first collection", account_id) or (False,)
    return bool(held)


@contextmanager
def try_cleanup_lock() -> Iterator[bool]:
    """Clean up and send notices during the block; yields False at once if another process does."""
    with _try_exclusive("cleanup", 0) as acquired:
        yield acquired


@contextmanager
def refresh_lock() -> Iterator[bool]:
    """Be the only one to call other services during the block; waits for others to finish, and yields True."""
    with _exclusive("refresh", 0):
        yield True


@contextmanager
def try_refresh_lock() -> Iterator[bool]:
    """Be the only one to call other services during the block, because they limit our rate.

    Yields False at once if another process is calling them.
    """
    with _try_exclusive("refresh", 0) as acquired:
        yield acquired


@contextmanager
def try_enrichment_lock() -> Iterator[bool]:
    """Hold the lock of enrichment during the block; yields False at once if another process holds it."""
    with _try_exclusive("enrichment", 0) as acquired:
        yield acquired


@contextmanager
def _try_exclusive(purpose: str, account_id: int) -> Iterator[bool]:
    acquired = _call_for_session("pg_try_advisory_lock", purpose, account_id)
    try:
        yield acquired
    finally:
        if acquired:
            _release(purpose, account_id)


@contextmanager
def _try_shared(purpose: str, account_id: int) -> Iterator[bool]:
    acquired = _call_for_session("pg_try_advisory_lock_shared", purpose, account_id)
    try:
        yield acquired
    finally:
        if acquired:
            _release(purpose, account_id, "pg_advisory_unlock_shared")


@contextmanager
def _exclusive(purpose: str, account_id: int) -> Iterator[None]:
    _call_for_session("pg_advisory_lock", purpose, account_id)
    try:
        yield
    finally:
        _release(purpose, account_id)


@contextmanager
def names_lock() -> Iterator[None]:
    """Keep names from being deleted during the block: an import saves all music before its plays refer to it."""
    _call_for_session("pg_advisory_lock_shared", "names")
    try:
        yield
    finally:
        _release("names", 0, "pg_advisory_unlock_shared")


def share_names_lock() -> None:
    """Keep names from being deleted until the transaction ends. Acquire it before the account's plays lock."""
    _call("pg_advisory_xact_lock_shared", "names")


def wait_for_names_lock() -> None:
    """Keep imports and collectors out until the transaction ends, to delete names.

    Acquire it before the lock of db/engine/changing.py. If you hold an account's plays lock, hold its account_lock too:
    other programs share the names lock before they wait for the plays lock.
    """
    _call("pg_advisory_xact_lock", "names")


def wait_for_listeners_lock() -> None:
    """Be the only one to match accounts with Spotify listeners until the transaction ends; before any account row."""
    _call("pg_advisory_xact_lock", "listeners")


def wait_for_lists_lock(account_id: int) -> None:
    """Be the only one to make an account's recommendations until the transaction ends."""
    _call("pg_advisory_xact_lock", "lists", account_id)


def _release(purpose: str, account_id: int, unlock: str = "pg_advisory_unlock") -> None:
    with suppress(peewee.PeeweeException):  # a lost connection has released it already
        _call_for_session(unlock, purpose, account_id)


def wait_for_plays_lock(account_id: int) -> None:
    """Be the only one to decide which of an account's reports count until the transaction ends, which must be soon."""
    _call("pg_advisory_xact_lock", "plays", account_id)
