"""Monitor the embedded PostgreSQL while a program uses it, and restart it if it dies or hangs."""

import logging
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from db.engine.postgres_binaries import ServerError
from db.engine.postmaster import Health

log = logging.getLogger("insight.postgres")
CHECK_SECONDS = 0.5  # between two checks that the process exists
PROBE_SECONDS = 10  # between two checks that it answers
PATIENCE_SECONDS = 60  # without an answer before an existing process counts as hanging
LONGEST_PAUSE = 30  # between two attempts to restart it, as while the disk is full


@dataclass
class Watch:
    """`is_there` looks for the process, `health` connects, `revive` restarts the server and may raise ServerError."""

    is_there: Callable[[], bool]
    health: Callable[[], Health]
    revive: Callable[[threading.Event], None]
    over: threading.Event = field(default_factory=threading.Event)
    _probed_at: float = field(default_factory=time.monotonic)
    _answered_at: float = field(default_factory=time.monotonic)

    def run(self) -> None:
        pause, reported = CHECK_SECONDS, ""
        while not self.over.wait(pause):
            try:
                self._check()
                pause, reported = CHECK_SECONDS, ""
            except (ServerError, OSError) as error:
                if str(error) != reported:
                    log.warning("PostgreSQL cannot be restarted yet: %s", error)  # once, not at every attempt
                pause, reported = min(pause * 2, LONGEST_PAUSE), str(error)

    def _check(self) -> None:
        if self.is_there() and not self._hangs():
            return
        self.revive(self.over)
        self._answered_at = time.monotonic()

    def _hangs(self) -> bool:
        now = time.monotonic()
        if now - self._probed_at >= PROBE_SECONDS:
            self._probed_at = now
            if self.health() is not Health.SILENT:
                self._answered_at = now
        return now - self._answered_at > PATIENCE_SECONDS + PROBE_SECONDS


@contextmanager
def watched(watch: Watch) -> Iterator[None]:
    """Monitor in the background during the block."""
    thread = threading.Thread(target=watch.run, name="postgres watch", daemon=True)
    thread.start()
    try:
        yield
    finally:
        watch.over.set()
        thread.join()
