"""Stopping what a thread asks the database once nobody waits for the answer, or when it takes too long.

PostgreSQL ends a statement that is too slow by itself (`statement_timeout`); what is asked after that, or after the
visitor has gone, is not asked any more.
"""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import psycopg2
import psycopg2.extensions


class QuestionStopped(Exception):
    """The answer took too long, or nobody waits for it any more."""


class Cancellation:
    """Of one question, within `seconds`. A question uses one connection at a time."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self._until = float("inf")
        self._lock = threading.Lock()
        self._cancelled = False
        self._connection: psycopg2.extensions.connection | None = None

    def begin(self) -> None:
        """From now on its time runs."""
        self._until = time.monotonic() + self.seconds

    def cancel(self) -> None:
        """Stop the statement that runs now, if any, and ask no other. From any thread; waits for the server."""
        with self._lock:  # so that the connection does not go to somebody else meanwhile
            self._cancelled = True
            if self._connection is not None and not self._connection.closed:
                with suppress(psycopg2.Error):  # the server is gone, and the statement with it
                    self._connection.cancel()

    def uses(self, connection: psycopg2.extensions.connection) -> None:
        """From now on, this is the connection on which it is asked."""
        with self._lock:
            self._connection = connection

    def gives_back(self) -> bool:
        """It is asked on no connection any more. Returns whether that connection is still fit for others.

        The server may stop a statement a moment after it was asked to, which would be somebody else's then.
        """
        with self._lock:
            self._connection = None
            return not self._cancelled

    def check(self) -> None:
        """Raises QuestionStopped when nothing more should be asked."""
        if self._cancelled or time.monotonic() > self._until:
            raise QuestionStopped(self.sentence())

    def sentence(self) -> str:
        """For whoever asked."""
        return (
            f"This took longer than {self.seconds:g} seconds and was stopped: ask about a shorter period, or try again "
            "when the service has less to do."
        )


class _Current(threading.local):
    cancellation: Cancellation | None = None


_current = _Current()


def current() -> Cancellation | None:
    """That of the question which this thread works on; None where it does anything else."""
    return _current.cancellation


@contextmanager
def stoppable(cancellation: Cancellation | None) -> Iterator[None]:
    """What this thread asks within the block can be stopped. Connections are taken and given back within it."""
    _current.cancellation = cancellation
    if cancellation is not None:
        cancellation.begin()
    try:
        yield
    finally:
        _current.cancellation = None
