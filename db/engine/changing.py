"""The lock for changing libraries and the music that accounts share.

Libraries depend on shared music. A transaction that changes shared music also changes other accounts' libraries, so it
runs alone. Transactions that each change only one account's library run beside each other: storing plays of known
music keeps no other account waiting.
"""

from collections.abc import Callable
from contextvars import ContextVar
from typing import TypeVar

from db.engine.connection import database
from db.engine.distribution import SAVING_MUSIC

ALONE = f"SELECT pg_advisory_xact_lock({SAVING_MUSIC})"
BESIDE_OTHERS = f"SELECT pg_advisory_xact_lock_shared({SAVING_MUSIC})"

Returned = TypeVar("Returned")
_is_beside_others: ContextVar[bool] = ContextVar("is_beside_others", default=False)


class AloneNeeded(Exception):
    """A transaction beside others would have to change what accounts share."""


def beside_others(change: Callable[[], Returned]) -> Returned:
    """Run `change` in a transaction beside those of other accounts.

    If it turns out to change what accounts share, it is rolled back and runs again, alone. So it must have no effect
    outside of the database. Within a transaction that has begun already, it runs as that one does. On a cluster, it
    always runs alone, because there even a statement that writes no row of shared music waits to be alone.
    """
    if not database.in_transaction() and not database.obj.is_distributed:
        token = _is_beside_others.set(True)
        try:
            with database.atomic():
                return change()
        except AloneNeeded:
            pass
        finally:
            _is_beside_others.reset(token)
    with database.atomic():
        return change()


def is_beside_others() -> bool:
    """Whether this transaction may only write rows of one account."""
    return _is_beside_others.get()


def wait_to_be_alone() -> None:
    """Be the only one to change libraries and shared music until the transaction ends.

    Acquire it after an account's plays lock, and before you write any track or account. Raises AloneNeeded in a
    transaction beside others, because two of them would wait for each other.
    """
    if is_beside_others():
        raise AloneNeeded
    database.execute_sql(ALONE)


def wait_to_change_own_library() -> None:
    """Keep others from changing shared music until the transaction ends; unless it is beside others, be alone."""
    database.execute_sql(BESIDE_OTHERS if is_beside_others() else ALONE)
