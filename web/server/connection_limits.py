"""Limits on open connections, in total and for each address, and which connections are closed above them.

A process without a free file descriptor can neither accept connections nor reach its database, so the limit is below
that of open files.
"""

import logging
import resource
import time
from collections import Counter
from collections.abc import Iterable
from typing import Protocol

MOST, LEAST = 8192, 16
SPARE = 256  # descriptors for the database, files and Spotify, and for connections that are not counted yet
MOST_UNREAD = 32 * 1024 * 1024  # bytes of answers that clients have not read yet
SECONDS_BETWEEN_LINES = 60
log = logging.getLogger("insight")


class LimitedConnection(Protocol):
    """What the limiter needs to know of a connection. `address` identifies the client."""

    address: str

    def close(self) -> None: ...
    def unread_bytes(self) -> int: ...


class ConnectionLimiter:
    """At most `most` connections, and half of them for one address. The oldest idle ones make room for new ones."""

    def __init__(self, most: int) -> None:
        self._most, self._each = most, max(1, most // 2)
        self._connections: set[LimitedConnection] = set()
        self._counts: Counter[str] = Counter()  # by address
        self._idle: dict[str, dict[LimitedConnection, None]] = {}  # by address, oldest first
        self._paused: dict[LimitedConnection, None] = {}  # their clients do not read; oldest first
        self._closed = self._refused = 0
        self._logged_at = float("-inf")

    def add(self, connection: LimitedConnection) -> bool:
        """Whether there is room for one more, if necessary after closing an idle one."""
        own = self._counts[connection.address] >= self._each
        if (own or len(self._connections) >= self._most) and not self._make_room(connection.address, own=own):
            self._refused += 1
            self._log_once_a_minute()
            return False
        self._connections.add(connection)
        self._counts[connection.address] += 1
        self.mark_idle(connection)
        return True

    def remove(self, connection: LimitedConnection) -> None:
        if connection not in self._connections:
            return
        self.mark_busy(connection)
        self.mark_read(connection)
        self._connections.remove(connection)
        self._counts[connection.address] -= 1
        if not self._counts[connection.address]:
            del self._counts[connection.address]

    def mark_idle(self, connection: LimitedConnection) -> None:
        """The connection now waits for its client: for a request, or for the rest of one."""
        if connection in self._connections:
            self._idle.setdefault(connection.address, {})[connection] = None

    def mark_busy(self, connection: LimitedConnection) -> None:
        """The connection's client now waits for an answer."""
        idle = self._idle.get(connection.address, {})
        idle.pop(connection, None)
        if not idle:
            self._idle.pop(connection.address, None)

    def mark_unread(self, connection: LimitedConnection) -> None:
        """Its client does not read its answer. Such connections are closed if they take too much memory.

        The first to be closed is the oldest one of the address with the most unread bytes.
        """
        if connection in self._connections:
            self._paused[connection] = None
        while (unread := self._unread_bytes()).total() > MOST_UNREAD:
            ((address, _),) = unread.most_common(1)
            self._close(_of(self._paused, address))

    def mark_read(self, connection: LimitedConnection) -> None:
        """Its client has read its answer."""
        self._paused.pop(connection, None)

    def _unread_bytes(self) -> Counter[str]:
        unread: Counter[str] = Counter()
        for connection in self._paused:
            unread[connection.address] += connection.unread_bytes()
        return unread

    def _make_room(self, address: str, *, own: bool) -> bool:
        """Close an idle connection of that address, or of the address with the most connections."""
        if not own:
            address = max(self._idle, key=self._counts.__getitem__, default=address)
        if address not in self._idle:
            return False
        self._close(next(iter(self._idle[address])))
        self._closed += 1
        self._log_once_a_minute()
        return True

    def _close(self, connection: LimitedConnection) -> None:
        self.remove(connection)
        connection.close()

    def _log_once_a_minute(self) -> None:
        now = time.monotonic()
        if now - self._logged_at < SECONDS_BETWEEN_LINES:
            return
        self._logged_at = now
        log.warning(
            "%d connections are open: the limit of open files allows %d, and %d for one address. Since the last such "
            "line, %d idle ones were closed and %d new ones refused.",
            len(self._connections), self._most, self._each, self._closed, self._refused,
        )  # fmt: skip
        self._closed = self._refused = 0


def _of(connections: Iterable[LimitedConnection], address: str) -> LimitedConnection:
    return next(connection for connection in connections if connection.address == address)


def most_connections() -> int:
    """As many as the limit of open files allows."""
    files, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    if files == resource.RLIM_INFINITY:
        return MOST
    return max(LEAST, min(MOST, files - min(SPARE, files // 2)))
