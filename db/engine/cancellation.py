"""Cancel a thread's queries if nobody waits for the answer any more, or if they take too long.

PostgreSQL itself ends a statement that runs too long (`statement_timeout`). After that, or after the client has
disconnected, the thread sends no further statements.
"""

import threading
import time
from contextlib import AbstractContextManager, suppress

import psycopg2
import psycopg2.extensions


class QuestionStopped(Exception):
    """The answer took too long, or nobody waits for it any more."""


class Cancellation:
    """Cancels one question, at once or after `seconds`. A question uses one connection at a time."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self._until = float("inf")
        self._lock = threading.Lock()
        self._cancelled = False
        self._connection: psycopg2.extensions.connection | None = None

    def begin(self) -> None:
        """Start the clock."""
        self._until = time.monotonic() + self.seconds

    def cancel(self) -> None:
        """Stop the running statement, if any, and allow no other. Safe from any thread; waits for the server."""
        with self._lock:  # so that no other thread gets the connection meanwhile
            self._cancelled = True
            if self._connection is not None and not self._connection.closed:
                with suppress(psycopg2.Error):  # the server is gone, and the statement with it
                    self._connection.cancel()

    def attach(self, connection: psycopg2.extensions.connection) -> None:
        """Make this the connection whose statements `cancel` stops."""
        with self._lock:
            self._connection = connection

    def detach(self) -> bool:
        """Let go of the connection. Returns whether it can be reused.

        After a cancellation it cannot: the server may act on it a moment later, and stop another thread's statement.
        """
        with self._lock:
            self._connection = None
            return not self._cancelled

    def check(self) -> None:
        """Raises QuestionStopped if the question was cancelled or has run out of time."""
        if self._cancelled or time.monotonic() > self._until:
            raise QuestionStopped(self.sentence())

    def sentence(self) -> str:
        """The message for the client."""
        return (
            f"This took longer than {self.seconds:g} seconds and was stopped: choose a shorter period, or try again "
            "when the service is less busy."
        )


class _Current(threading.local):
    cancellation: Cancellation | None = None


_current = _Current()


def current() -> Cancellation | None:
    """The cancellation of the question that this thread is answering; None if it is answering none."""
    return _current.cancellation


def stoppable(cancellation: Cancellation | None) -> AbstractContextManager[None]:
    """Make this thread's statements in the block cancellable. It must open and close its connections in the block."""
    return _Stoppable(cancellation)


class _Stoppable(AbstractContextManager[None]):
    __slots__ = ("_cancellation",)

    def __init__(self, cancellation: Cancellation | None) -> None:
        self._cancellation = cancellation

    def __enter__(self) -> None:
        _current.cancellation = self._cancellation
        if self._cancellation is not None:
            self._cancellation.begin()

    def __exit__(self, *_: object) -> None:
        _current.cancellation = None
