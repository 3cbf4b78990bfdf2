"""The one connection pool, and how every program opens it."""

import logging
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import peewee
from psycopg2.errors import QueryCanceled

from db.engine.cancellation import QuestionStopped, current
from db.engine.failures import DatabaseUnreachable, explained, unreachable
from db.engine.pool import Connection, EveryConnectionInUse, Pool

__all__ = [
    "OPTIONS", "DatabaseUnreachable", "Prepared", "close_database", "connected", "database", "open_database",
    "prepared_rows", "row", "rows",
]  # fmt: skip

OPTIONS = "-c timezone=UTC -c jit=off"  # times leave the server as UTC; compiling a query takes longer than asking it
database: Any = peewee.DatabaseProxy()
log = logging.getLogger("peewee")  # where Peewee tells of its own statements

POOL_SECONDS = 5  # how long a request waits for a free connection before it is told to come again
PLANNED_SECONDS = 10  # how long a plan is kept: what fits a small table may take for ever when it has grown


def open_database(url: str, connections: int = 8) -> None:
    """Point every model at `url` (postgresql://…) with a pool of `connections`; connects on first use only."""
    close_database()
    database.initialize(
        Pool(
            url,
            connections,
            POOL_SECONDS,
            options=OPTIONS,
            application_name="insight",
            connect_timeout=POOL_SECONDS,
        )
    )


def close_database() -> None:
    """End every connection of the pool, idle or not."""
    if database.obj is not None:
        database.obj.close_all()


class Prepared:
    """A hand-written query that takes longer to plan than to answer: each connection plans it only now and then.

    It is planned without its values, so its SQL must leave no choice that depends on them.
    """

    def __init__(self, name: str, sql: str) -> None:
        places = range(1, sql.count("%s") + 1)
        self.name = name
        # Left to itself, PostgreSQL would go on planning whenever that promises a little less work.
        self.prepare = "SET plan_cache_mode = force_generic_plan; PREPARE {} AS {}".format(
            name, sql % tuple(f"${place}" for place in places)
        )
        self.execute = f"EXECUTE {name} ({', '.join('%s' for _ in places)})"


@contextmanager
def _stopped() -> Iterator[None]:
    """Raises QuestionStopped where it was stopped because it took too long or nobody waits for it any more."""
    try:
        yield
    except peewee.OperationalError as error:
        cancellation = current()
        if cancellation and isinstance(error.__context__, QueryCanceled):
            raise QuestionStopped(cancellation.sentence()) from error
        raise


@contextmanager
def connected() -> Iterator[None]:
    """A connection of the pool for the block (not a transaction); inside another such block, the same one.

    Raises DatabaseUnreachable when none can be had, and for whatever the database fails with in the block; and
    QuestionStopped (db/engine/cancellation.py).
    """
    try:
        opened = database.connect(reuse_if_open=True)
    except EveryConnectionInUse as error:
        raise DatabaseUnreachable("Every connection to the database is in use; try again.") from error
    except peewee.PeeweeException as error:
        raise unreachable(error) from error
    try:
        with explained(), _stopped():
            yield
    finally:
        if opened:
            database.close()


def rows(sql: str, *values: object, **named: object) -> list[tuple[Any, ...]]:
    """All rows of a hand-written query; `values` fill its %s, or `named` its %(name)s."""
    given = named or values
    if cancellation := current():
        cancellation.check()
    if log.isEnabledFor(logging.DEBUG):
        log.debug((sql, given or None))
    with peewee.__exception_wrapper__:  # type: ignore[attr-defined]
        # What Peewee's execute_sql does beside this, for hooks that nobody hangs in, costs every request something.
        cursor = database.obj.cursor()
        cursor.execute(sql, given)
    found: list[tuple[Any, ...]] = cursor.fetchall()
    return found


def prepared_rows(query: Prepared, *values: object) -> list[tuple[Any, ...]]:
    """All rows of a prepared query; `values` fill its %s."""
    connection: Connection = database.obj.connection()
    prepared_at = connection.prepared_at.get(query.name)
    if prepared_at is None or time.monotonic() - prepared_at > PLANNED_SECONDS:
        with peewee.__exception_wrapper__:  # type: ignore[attr-defined]
            connection.cursor().execute(f"DEALLOCATE {query.name}; {query.prepare}" if prepared_at else query.prepare)
        connection.prepared_at[query.name] = time.monotonic()
    return rows(query.execute, *values)


def row(sql: str, *values: object, **named: object) -> tuple[Any, ...] | None:
    """The first row of a hand-written query, None where there is none."""
    found: Sequence[tuple[Any, ...]] = rows(sql, *values, **named)
    return found[0] if found else None
