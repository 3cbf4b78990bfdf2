"""The connection pool that every program opens, and the functions that run hand-written SQL on it."""

import logging
import time
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Any

import peewee
from psycopg2.errors import QueryCanceled

from db.engine.cancellation import QuestionStopped, current
from db.engine.failures import FAILURES, DatabaseUnreachable, failure, unreachable
from db.engine.pool import Connection, EveryConnectionInUse, Pool
from db.engine.servers import NO_OTHERS, Servers

__all__ = [
    "OPTIONS", "DatabaseUnreachable", "Prepared", "close_database", "connected", "database", "execute",
    "execute_prepared", "open_database", "prepared_rows", "row", "rows",
]  # fmt: skip

# Times in UTC; no JIT, because compiling our queries takes longer than running them. Questions read from memory or an
# SSD, where looking up a row costs less than half of what PostgreSQL expects by default.
SETTINGS = {"timezone": "UTC", "jit": "off", "random_page_cost": "2"}
OPTIONS = " ".join(f"-c {name}={value}" for name, value in SETTINGS.items())
database: Any = peewee.DatabaseProxy()
log = logging.getLogger("peewee")  # the logger of Peewee's own statements

POOL_SECONDS = 5  # how long a request waits for a free connection before it fails
PLANNED_SECONDS = 10  # how long a plan is kept: one made for a small table may take forever once it has grown


def open_database(url: str, connections: int = 8, servers: Servers = NO_OTHERS) -> None:
    """Point every model at `url` (postgresql://…) with a pool of `connections`; connects on first use.

    `servers` are others that may answer questions.
    """
    close_database()
    database.initialize(
        Pool(
            url,
            connections,
            POOL_SECONDS,
            servers,
            options=OPTIONS,
            application_name="insight",
            connect_timeout=POOL_SECONDS,
        )
    )


def close_database() -> None:
    """Close every connection of the pool, idle or not."""
    if database.obj is not None:
        database.obj.close_all()


class Prepared:
    """A hand-written query that takes longer to plan than to run, so each connection plans it only now and then.

    PostgreSQL plans it without its values, so the best plan must not depend on them.
    """

    def __init__(self, name: str, sql: str) -> None:
        places = range(1, sql.count("%s") + 1)
        self.name, self.sql = name, sql
        self.columns: tuple[str, ...] = ()  # of its rows, once it has run: they stay the same
        # By default, PostgreSQL would plan it again and again if that promises a little less work.
        self.prepare = "SET plan_cache_mode = force_generic_plan; PREPARE {} AS {}".format(
            name, sql % tuple(f"${place}" for place in places)
        )
        self.execute = f"EXECUTE {name} ({', '.join('%s' for _ in places)})"


def _stopped(error: Exception) -> QuestionStopped | None:
    """The error to raise for a statement that was cancelled because it took too long or the client has gone."""
    cancellation = current()
    if cancellation and isinstance(error, peewee.OperationalError) and isinstance(error.__context__, QueryCanceled):
        return QuestionStopped(cancellation.sentence())
    return None


def connected() -> AbstractContextManager[None]:
    """Hold a connection of the pool during the block (without a transaction); nested blocks share it.

    Raises DatabaseUnreachable if there is none, or if the database fails in the block, and QuestionStopped
    (db/engine/cancellation.py).
    """
    return _Connected()


class _Connected(AbstractContextManager[None]):
    """A class and not a generator, which would take several times as long: every request passes through it."""

    __slots__ = ("_opened",)

    def __enter__(self) -> None:
        try:
            self._opened = database.obj.connect(reuse_if_open=True)
        except EveryConnectionInUse as error:
            raise DatabaseUnreachable("Every connection to the database is in use; try again.") from error
        except peewee.PeeweeException as error:
            raise unreachable(error) from error

    def __exit__(self, _: object, error: BaseException | None, __: object) -> None:
        try:
            if isinstance(error, FAILURES) and (problem := _stopped(error) or failure(error)):
                raise problem from error
        finally:
            if self._opened:
                database.obj.close()


def execute(statement: str, values: Sequence[object] | Mapping[str, object] = ()) -> Any:
    """A cursor that has run a hand-written statement; `values` fill its %s, or its %(name)s."""
    if cancellation := current():
        cancellation.check()
    if log.isEnabledFor(logging.DEBUG):
        log.debug((statement, values or None))
    with peewee.__exception_wrapper__:  # type: ignore[attr-defined]
        # Peewee's execute_sql also calls hooks, which nobody uses here and every request would pay for.
        cursor = database.obj.cursor()
        cursor.execute(statement, values)
    return cursor


def rows(sql: str, *values: object, **named: object) -> list[tuple[Any, ...]]:
    """All rows of a hand-written query; `values` fill its %s, or `named` its %(name)s.

    For rows of one column. If there are several, records() in db/engine/records.py reads them by name.
    """
    fetched: list[tuple[Any, ...]] = execute(sql, named or values).fetchall()
    return fetched


def row(sql: str, *values: object, **named: object) -> tuple[Any, ...] | None:
    """The first row of a hand-written query of one column, None if there is none."""
    fetched = rows(sql, *values, **named)
    return fetched[0] if fetched else None


def execute_prepared(query: Prepared, values: Sequence[object] = ()) -> Any:
    """A cursor that has run a prepared query; `values` fill its %s."""
    connection: Connection = database.obj.connection()
    if not connection.keeps_session or database.obj.is_distributed:  # a pooler loses it; Citus plans by the values
        return execute(query.sql, values)
    prepared_at = connection.prepared_at.get(query.name)
    if prepared_at is None or time.monotonic() - prepared_at > PLANNED_SECONDS:
        with peewee.__exception_wrapper__:  # type: ignore[attr-defined]
            connection.cursor().execute(f"DEALLOCATE {query.name}; {query.prepare}" if prepared_at else query.prepare)
        connection.prepared_at[query.name] = time.monotonic()
    return execute(query.execute, values)


def prepared_rows(query: Prepared, *values: object) -> list[tuple[Any, ...]]:
    """All rows of a prepared query; `values` fill its %s."""
    fetched: list[tuple[Any, ...]] = execute_prepared(query, values).fetchall()
    return fetched
