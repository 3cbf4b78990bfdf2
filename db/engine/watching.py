"""Watch the embedded PostgreSQL while a program uses it: a server that has died, or hangs, is replaced."""

import logging
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from db.engine.postgres_binaries import ServerError
from db.engine.postmaster import Health, Postmaster, is_frozen

log = logging.getLogger("insight.postgres")
CHECK_SECONDS = 0.5  # between two checks that the process is there and not frozen
FROZEN_SECONDS = 8  # that a process may be frozen (SIGSTOP) before it is replaced
PROBE_SECONDS = 10  # between two attempts to connect
PATIENCE_SECONDS = 60  # without any answer, before a running process counts as hanging: it may just be slow
STUCK_SECONDS = 15  # that it may say it is starting while no process of it is
LONGEST_PAUSE = 30  # between two attempts to start it, for example while the disk is full


@dataclass
class Watch:
    """`server` finds the process and `health` connects to it.

    `revive` starts the server again, after ending the process it is given, if any; it may raise ServerError.
    """

    server: Callable[[], Postmaster | None]
    health: Callable[[Postmaster], Health]
    revive: Callable[[threading.Event, Postmaster | None], None]
    over: threading.Event = field(default_factory=threading.Event)
    _state: Health = Health.ANSWERS
    _probed_at: float = field(default_factory=time.monotonic)
    _answered_at: float = field(default_factory=time.monotonic)
    _moved_at: float = field(default_factory=time.monotonic)  # when the process was last seen not to be frozen

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
        server = self.server()
        if server and not self._hangs(server):
            return
        self.revive(self.over, server)
        self._state = Health.ANSWERS
        self._answered_at = self._moved_at = time.monotonic()

    def _hangs(self, server: Postmaster) -> bool:
        now = time.monotonic()
        if is_frozen(server.pid):  # connecting would only wait for nothing
            return now - self._moved_at > FROZEN_SECONDS
        self._moved_at = now
        if now - self._probed_at >= PROBE_SECONDS:
            self._probed_at = now
            self._state = self.health(server)
            if not self._state.is_hanging:
                self._answered_at = now
        patience = STUCK_SECONDS if self._state is Health.STUCK else PATIENCE_SECONDS
        return now - self._answered_at > patience + PROBE_SECONDS


@contextmanager
def watched(watch: Watch) -> Iterator[None]:
    """Watch in the background for the block."""
    thread = threading.Thread(target=watch.run, name="postgres watch", daemon=True)
    thread.start()
    try:
        yield
    finally:
        watch.over.set()
        thread.join()
