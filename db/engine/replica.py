"""Ask the replica of the database first, if there is one."""

import logging
import time
from collections.abc import Callable
from typing import TypeVar

import peewee
from psycopg2.errors import QueryCanceled

from db.engine.connection import database
from db.engine.failures import FAILURES
from db.engine.pool import Pool

REST_SECONDS = 10.0  # after it could not be reached
log = logging.getLogger(__name__)
T = TypeVar("T")


def replica_first(is_usable: Callable[[], bool], compute: Callable[[], T]) -> T:
    """The result of `compute`, which only reads: on the replica, if `is_usable` returns True there.

    Needs an open connection. If the replica fails, the database itself computes it.
    """
    pool: Pool = database.obj
    if pool.servers.replica is None or time.monotonic() < pool.replica_rests_until:
        return compute()
    try:
        with pool.replica():
            if is_usable():
                return compute()
    except FAILURES as error:
        if isinstance(error.__context__, QueryCanceled):  # it has taken too long, or nobody waits for it
            raise
        _note(pool, error)
    return compute()


def _note(pool: Pool, error: Exception) -> None:
    log.warning("The database answers instead of its replica, which failed: %s", type(error).__name__)
    if isinstance(error, peewee.OperationalError | peewee.InterfaceError):
        pool.replica_rests_until = time.monotonic() + REST_SECONDS
