"""A connection pool that lends each connection to one thread at a time.

Peewee's own pool holds a lock while it checks a connection, so threads wait for each other at every request. Here they
share only a queue of permits. Threads that answer questions may get a connection to another server
(db/engine/servers.py).
"""

import select
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from queue import Empty, SimpleQueue
from typing import Any

import peewee
import psycopg2
import psycopg2.extensions
from psycopg2.extensions import TRANSACTION_STATUS_IDLE, TRANSACTION_STATUS_UNKNOWN

from db.engine.cancellation import Cancellation, current
from db.engine.distribution import ShardedCursor, is_distributed
from db.engine.servers import NO_OTHERS, Role, Servers

STALE_SECONDS = 300  # older connections are replaced: servers and networks drop old ones
TRUSTED_SECONDS = 1  # a connection used this recently counts as alive unless it reports otherwise
JUST_USED_SECONDS = 0.001  # one used this recently counts as alive in any case: under load, checking costs the most


class EveryConnectionInUse(Exception):
    """No thread returned a connection in time."""


class Connection(psycopg2.extensions.connection):
    """A connection with the pool's notes; times come from time.monotonic()."""

    opened_at = returned_at = 0.0
    cancellation: Cancellation | None = None  # of the question that uses this connection
    statement_seconds = 0.0  # after which the server stops a statement; 0: never
    role: Role = "primary"

    @property
    def keeps_session(self) -> bool:
        """Whether settings, prepared statements and session locks survive from one transaction to the next."""
        return self.role != "pooler"

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.prepared_at: dict[str, float] = {}  # by statement name


class Pool(peewee.PostgresqlDatabase):
    """At most `connections` at once; a thread that needs one more waits for up to `wait_seconds`."""

    # Peewee's own attributes, which its stubs omit.
    _state: Any  # this thread's connection
    _connect: Callable[[], Connection]
    _set_server_version: Callable[[Connection], None]
    connect_params: dict[str, Any]
    is_distributed: bool | None = None  # None: no connection has been opened yet
    replica_rests_until = 0.0  # by time.monotonic(): after a failure, it is not used before

    def __init__(
        self, url: str, connections: int, wait_seconds: float, servers: Servers = NO_OTHERS, **parameters: Any
    ) -> None:
        super().__init__(url, autoconnect=False, connection_factory=Connection, **parameters)
        self.wait_seconds, self.servers = wait_seconds, servers
        self._permits = SimpleQueue[None]()  # to use a connection; faster than a semaphore, which is written in Python
        for _ in range(connections):
            self._permits.put(None)
        self._open: set[Connection] = set()
        self._idle: dict[Role, deque[Connection]] = {  # the most recently used one last
            "primary": deque(), "pooler": deque(), "replica": deque()
        }  # fmt: skip

    def connect(self, reuse_if_open: bool = False) -> bool:
        """Give this thread a connection; False if it has one. Raises EveryConnectionInUse and Peewee's errors."""
        state = self._state
        if not state.closed:
            if reuse_if_open:
                return False
            raise peewee.OperationalError("Connection already opened.")
        cancellation = current()
        connection = self._permitted(cancellation)
        connection.cancellation = cancellation
        if cancellation is not None:
            cancellation.attach(connection)
        state.set_connection(connection)
        return True

    @contextmanager
    def replica(self) -> Iterator[None]:
        """Let this thread, which has a connection, ask the replica during the block. Raises Peewee's errors."""
        state, cancellation = self._state, current()
        own, lent = state.conn, self._acquire("replica", cancellation)
        lent.cancellation = cancellation
        if cancellation is not None:
            cancellation.attach(lent)
        state.set_connection(lent)
        try:
            yield
        finally:
            state.set_connection(own)
            self._take_back(lent)
            if cancellation is not None:
                cancellation.attach(own)

    def close(self) -> bool:
        """Return this thread's connection to the pool; False if it has none."""
        state = self._state
        if state.closed:
            return False
        if state.transactions:
            raise peewee.OperationalError("Attempting to close database while transaction is open.")
        connection = state.conn
        state.reset()
        self._release(connection)
        return True

    def close_all(self) -> None:
        """Close every connection, idle or not."""
        self.close()
        for idle in self._idle.values():
            idle.clear()
        for connection in tuple(self._open):
            self._discard(connection)

    def note_distribution(self) -> None:
        """The database has just been distributed: its connections, open or not, are to a cluster."""
        self.is_distributed = True
        for connection in tuple(self._open):
            connection.cursor_factory = ShardedCursor

    def _permitted(self, cancellation: Cancellation | None) -> Connection:
        # A question only reads, so it needs no session locks, which a pooler of transactions would not keep.
        role: Role = "pooler" if cancellation is not None and self.servers.pooler else "primary"
        try:
            self._permits.get(timeout=self.wait_seconds)
        except Empty as error:
            raise EveryConnectionInUse from error
        try:
            return self._acquire(role, cancellation)
        except BaseException:
            self._permits.put(None)
            raise

    def _acquire(self, role: Role, cancellation: Cancellation | None) -> Connection:
        seconds = cancellation.seconds if cancellation else 0.0
        connection = self._idle_connection(role) or self._new_connection(role)
        try:
            if connection.statement_seconds != seconds and connection.keeps_session:
                _limit_statements(connection, seconds)
        except BaseException:
            self._discard(connection)
            raise
        return connection

    def _idle_connection(self, role: Role) -> Connection | None:
        idle = self._idle[role]
        while idle:
            try:
                connection = idle.pop()
            except IndexError:  # another thread was faster
                return None
            if _is_alive(connection):
                return connection
            self._discard(connection)
        return None

    def _new_connection(self, role: Role) -> Connection:
        with peewee.__exception_wrapper__:  # type: ignore[attr-defined]
            connection = self._connect() if role == "primary" else self._connect_to(role)
            if self.server_version is None:
                self._set_server_version(connection)
            if self.is_distributed is None:
                self.is_distributed = is_distributed(connection)
        if self.is_distributed:
            connection.cursor_factory = ShardedCursor
        connection.role = role
        connection.opened_at = time.monotonic()
        self._open.add(connection)
        return connection

    def _connect_to(self, role: Role) -> Connection:
        parameters = {**self.connect_params, "dsn": getattr(self.servers, role)}
        if role == "pooler":  # which refuses them, or drops them: db/startup/suitability.py
            del parameters["options"]
        connection: Connection = psycopg2.connect(**parameters)
        connection.autocommit = True
        return connection

    def _release(self, connection: Connection) -> None:
        self._take_back(connection)
        self._permits.put(None)

    def _take_back(self, connection: Connection) -> None:
        connection.returned_at = time.monotonic()
        is_reusable = connection.cancellation is None or connection.cancellation.detach()
        connection.cancellation = None
        if is_reusable and connection in self._open and _is_clean(connection):
            self._idle[connection.role].append(connection)
        else:
            self._discard(connection)

    def _discard(self, connection: Connection) -> None:
        self._open.discard(connection)
        connection.close()


def _limit_statements(connection: Connection, seconds: float) -> None:
    """Set the server's statement timeout: the question's time limit, or none if this thread answers no question."""
    try:
        connection.cursor().execute("SET statement_timeout = %s", (round(seconds * 1000),))
    except psycopg2.Error as error:
        raise peewee.OperationalError("The connection was lost.") from error
    connection.statement_seconds = seconds


def _is_clean(connection: Connection) -> bool:
    """Whether the next thread can use the connection like a new one. Rolls back an open transaction."""
    status = connection.get_transaction_status()
    if status == TRANSACTION_STATUS_UNKNOWN:
        return False
    if status != TRANSACTION_STATUS_IDLE:
        try:
            connection.cursor().execute("ROLLBACK")  # psycopg2's own rollback() ignores what psycopg2 did not begin
        except psycopg2.Error:
            return False
    return True


def _is_alive(connection: Connection) -> bool:
    now = time.monotonic()
    if connection.closed or now - connection.opened_at > STALE_SECONDS:
        return False
    idle_seconds = now - connection.returned_at
    if idle_seconds < TRUSTED_SECONDS:
        return idle_seconds < JUST_USED_SECONDS or _is_silent(connection)
    try:
        connection.cursor().execute("SELECT 1")
    except psycopg2.Error:
        return False
    return True


def _is_silent(connection: Connection) -> bool:
    """Whether the socket has nothing to read: all that an idle connection can receive is notice of its end."""
    poll = select.poll()
    poll.register(connection, select.POLLIN)
    return not poll.poll(0)
