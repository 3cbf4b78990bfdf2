"""The connections of a program, each lent to one thread at a time.

Peewee's own pool holds one lock while it looks after a connection, so that threads wait for each other at every
question; here the only thing that they share is a count.
"""

import select
import time
from collections import deque
from collections.abc import Callable
from threading import Semaphore
from typing import Any

import peewee
import psycopg2
import psycopg2.extensions
from psycopg2.extensions import TRANSACTION_STATUS_IDLE, TRANSACTION_STATUS_UNKNOWN

from db.engine.cancellation import Cancellation, current

STALE_SECONDS = 300  # a connection older than this is replaced: servers and networks forget old ones
TRUSTED_SECONDS = 1  # a connection that was used so lately is taken to be alive while nothing says otherwise


class EveryConnectionInUse(Exception):
    """None was given back in time."""


class Connection(psycopg2.extensions.connection):
    """With what the pool notes of it; times are by time.monotonic()."""

    opened_at = given_back_at = 0.0
    cancellation: Cancellation | None = None  # of the question that is asked over it
    statement_seconds = 0.0  # after which the server stops a statement; 0: never

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self.prepared_at: dict[str, float] = {}  # by the names of statements


class Pool(peewee.PostgresqlDatabase):
    """At most `connections` at once; who asks for one more waits, `wait_seconds` at most."""

    # Of Peewee's, which its stubs do not tell of.
    _state: Any  # this thread's connection
    _connect: Callable[[], Connection]
    _set_server_version: Callable[[Connection], None]

    def __init__(self, url: str, connections: int, wait_seconds: float, **parameters: Any) -> None:
        super().__init__(url, autoconnect=False, connection_factory=Connection, **parameters)
        self.wait_seconds = wait_seconds
        self._free = Semaphore(connections)
        self._open: set[Connection] = set()
        self._idle = deque[Connection]()  # the last one is the one used last

    def connect(self, reuse_if_open: bool = False) -> bool:
        """False where this thread has one already. Raises EveryConnectionInUse, and Peewee's errors."""
        if not self._state.closed:
            if reuse_if_open:
                return False
            raise peewee.OperationalError("Connection already opened.")
        connection = self._taken()
        connection.cancellation = current()
        if connection.cancellation is not None:
            connection.cancellation.uses(connection)
        self._state.set_connection(connection)
        return True

    def close(self) -> bool:
        """Give this thread's connection back; False where it has none."""
        if self._state.closed:
            return False
        if self.in_transaction():
            raise peewee.OperationalError("Attempting to close database while transaction is open.")
        connection = self._state.conn
        self._state.reset()
        self._give_back(connection)
        return True

    def close_all(self) -> None:
        """End every connection, idle or not."""
        self.close()
        self._idle.clear()
        for connection in tuple(self._open):
            self._end(connection)

    def _taken(self) -> Connection:
        if not self._free.acquire(timeout=self.wait_seconds):
            raise EveryConnectionInUse
        connection: Connection | None = None
        try:
            connection = self._living() or self._opened()
            _limit_statements(connection)
        except BaseException:
            if connection is not None:
                self._end(connection)
            self._free.release()
            raise
        return connection

    def _living(self) -> Connection | None:
        while self._idle:
            try:
                connection = self._idle.pop()
            except IndexError:  # another thread was faster
                return None
            if _lives(connection):
                return connection
            self._end(connection)
        return None

    def _opened(self) -> Connection:
        with peewee.__exception_wrapper__:  # type: ignore[attr-defined]
            connection = self._connect()
            if self.server_version is None:
                self._set_server_version(connection)
        connection.opened_at = time.monotonic()
        self._open.add(connection)
        return connection

    def _give_back(self, connection: Connection) -> None:
        connection.given_back_at = time.monotonic()
        is_fit = connection.cancellation is None or connection.cancellation.gives_back()
        connection.cancellation = None
        if is_fit and connection in self._open and _is_clean(connection):
            self._idle.append(connection)
        else:
            self._end(connection)
        self._free.release()

    def _end(self, connection: Connection) -> None:
        self._open.discard(connection)
        connection.close()


def _limit_statements(connection: Connection) -> None:
    """As long as a question may take where one is asked, else for as long as they like."""
    cancellation = current()
    seconds = cancellation.seconds if cancellation else 0.0
    if connection.statement_seconds != seconds:
        try:
            connection.cursor().execute("SET statement_timeout = %s", (round(seconds * 1000),))
        except psycopg2.Error as error:
            raise peewee.OperationalError("The connection was lost.") from error
        connection.statement_seconds = seconds


def _is_clean(connection: Connection) -> bool:
    """Whether the next thread finds it as if it were new: nothing begun, nothing lost."""
    status = connection.get_transaction_status()
    if status == TRANSACTION_STATUS_UNKNOWN:
        return False
    if status != TRANSACTION_STATUS_IDLE:
        try:
            connection.cursor().execute("ROLLBACK")  # psycopg2's own does nothing where it began nothing
        except psycopg2.Error:
            return False
    return True


def _lives(connection: Connection) -> bool:
    now = time.monotonic()
    if connection.closed or now - connection.opened_at > STALE_SECONDS:
        return False
    if now - connection.given_back_at < TRUSTED_SECONDS:
        return _is_silent(connection)
    try:
        connection.cursor().execute("SELECT 1")
    except psycopg2.Error:
        return False
    return True


def _is_silent(connection: Connection) -> bool:
    """Nothing comes over a connection that nobody uses but the news of its end."""
    poll = select.poll()
    poll.register(connection, select.POLLIN)
    return not poll.poll(0)
