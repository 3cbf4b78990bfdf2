"""The one connection pool, and how every program opens it."""

import logging
import select
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import peewee
import psycopg2.extensions
from playhouse.pool import MaxConnectionsExceeded, PooledPostgresqlDatabase

database: Any = peewee.DatabaseProxy()
log = logging.getLogger("peewee")  # where Peewee tells of its own statements

POOL_SECONDS = 5  # how long a request waits for a free connection before it is told to come again
TRUSTED_SECONDS = 1  # a connection that was used so lately is taken to be alive while nothing says otherwise


class DatabaseUnreachable(Exception):
    """No connection could be had. Worth trying again; the sentence holds no address and no password."""


class _Connection(psycopg2.extensions.connection):
    given_back_at = 0.0  # by time.monotonic()


class _Pool(PooledPostgresqlDatabase):
    """Peewee's pool, which asks a connection whether it lives before each use: here only where there is a doubt.

    Nothing comes over a connection that nobody uses but the news of its end, so one that is silent has none.
    """

    def _is_closed(self, connection: _Connection) -> bool:
        if time.monotonic() - connection.given_back_at < TRUSTED_SECONDS and _is_silent(connection):
            return False
        return bool(super()._is_closed(connection))  # type: ignore[no-untyped-call]

    def _can_reuse(self, connection: _Connection) -> bool:
        connection.given_back_at = time.monotonic()
        return bool(super()._can_reuse(connection))  # type: ignore[no-untyped-call]


def _is_silent(connection: _Connection) -> bool:
    if connection.closed:
        return False
    poll = select.poll()
    poll.register(connection, select.POLLIN)
    return not poll.poll(0)


def open_database(url: str, connections: int = 8) -> None:
    """Point every model at `url` (postgresql://…) with a pool of `connections`; connects on first use only."""
    close_database()
    database.initialize(
        _Pool(  # type: ignore[no-untyped-call]
            url,
            max_connections=connections,
            stale_timeout=300,
            timeout=POOL_SECONDS,
            autoconnect=False,
            # Times leave the server as UTC, whatever zone it is set to. Compiling a query takes longer than asking it.
            options="-c timezone=UTC -c jit=off",
            application_name="insight",
            connect_timeout=POOL_SECONDS,
            connection_factory=_Connection,
        )
    )


def close_database() -> None:
    """End every connection of the pool, idle or not."""
    if database.obj is not None:
        database.obj.close_all()


@contextmanager
def connected() -> Iterator[None]:
    """A connection of the pool for the block (not a transaction); inside another such block, the same one.

    Raises DatabaseUnreachable when none can be had.
    """
    try:
        opened = database.connect(reuse_if_open=True)
    except MaxConnectionsExceeded as error:  # a ValueError: the pool's only error that is not Peewee's
        raise DatabaseUnreachable("Every connection to the database is in use; try again.") from error
    except peewee.PeeweeException as error:
        raise DatabaseUnreachable("The database cannot be reached now; try again.") from error
    try:
        yield
    finally:
        if opened:
            database.close()


def rows(sql: str, *values: object, **named: object) -> list[tuple[Any, ...]]:
    """All rows of a hand-written query; `values` fill its %s, or `named` its %(name)s."""
    given = named or values
    if log.isEnabledFor(logging.DEBUG):
        log.debug((sql, given or None))
    with peewee.__exception_wrapper__:  # type: ignore[attr-defined]
        # What Peewee's execute_sql does beside this, for hooks that nobody hangs in, costs every request something.
        cursor = database.obj.cursor()
        cursor.execute(sql, given)
    found: list[tuple[Any, ...]] = cursor.fetchall()
    return found


def row(sql: str, *values: object, **named: object) -> tuple[Any, ...] | None:
    """The first row of a hand-written query, None where there is none."""
    found: Sequence[tuple[Any, ...]] = rows(sql, *values, **named)
    return found[0] if found else None
