"""One writer at a time for an account, across processes and machines."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress

import peewee

from db.connection import database, row

KEY = "SELECT hashtextextended('insight account ' || %s, 0)"


@contextmanager
def try_account_lock(account_id: int) -> Iterator[bool]:
    """Hold the account's lock for the block, or yield False at once where somebody else has it.

    It belongs to this connection, so a process that is killed lets go of it.
    """
    (key,) = row(KEY, account_id) or (0,)
    (mine,) = row("SELECT pg_try_advisory_lock(%s)", key) or (False,)
    try:
        yield mine
    finally:
        if mine:
            with suppress(peewee.PeeweeException):  # a lost connection has let go of it already
                database.execute_sql("SELECT pg_advisory_unlock(%s)", (key,))


def wait_for_account_lock(account_id: int) -> None:
    """Hold the account's lock to the end of the transaction under way, waiting for whoever has it."""
    (key,) = row(KEY, account_id) or (0,)
    database.execute_sql("SELECT pg_advisory_xact_lock(%s)", (key,))
