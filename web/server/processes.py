"""Several processes that serve one port, so that the service uses more than one core.

uvicorn's supervisor starts them and restarts those that die. Added here: no process outlives the program that started
it, only that program reacts to the terminal, and shutting down has a time limit.
"""

import logging
import multiprocessing
import os
import signal
import socket
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from types import FrameType
from typing import Any

import uvicorn
from starlette.applications import Starlette
from uvicorn.supervisors import Multiprocess

from scratch import COUNTS, scratch_folder
from web.server.request_metrics import SHARED_FOLDER

HEALTHY_SECONDS = 60  # within which a process must report; starting takes a part of it on a busy machine
TERMINAL_SIGNALS = {signal.SIGINT, signal.SIGHUP}  # a terminal sends them to all its processes
Handler = Callable[[int, FrameType | None], Any] | int | None
log = logging.getLogger("insight")


def serve_by(make: Callable[[], Starlette], count: int, listener: socket.socket, options: Mapping[str, Any]) -> bool:
    """Serve with `count` processes until SIGTERM or Ctrl-C, which is raised again at the end; SIGHUP acts as SIGTERM.

    Each process calls `make`, which has to be picklable, for its service. `options` are uvicorn's. Returns False if
    no process could start.
    """
    config = uvicorn.Config(
        make, factory=True, workers=count, timeout_worker_healthcheck=HEALTHY_SECONDS, **options
    )  # fmt: skip
    with _shared_metrics(), _restored_signals():
        supervisor = Supervisor(config, [listener])
        supervisor.run()
    if supervisor.ended_by is not None:
        signal.raise_signal(supervisor.ended_by)
    return supervisor.ended_by is not None


def end_with_parent() -> None:
    """Shut this process down when its parent is gone, however that ended."""
    if parent := multiprocessing.parent_process():
        threading.Thread(target=_end_after, args=(parent.join,), name="parent", daemon=True).start()


def _end_after(join: Callable[[], None]) -> None:
    join()
    os.kill(os.getpid(), signal.SIGTERM)


class Supervisor(Multiprocess):
    """uvicorn's supervisor; `ended_by` is the signal that ended it, if any."""

    ended_by: int | None = None

    def init_processes(self) -> None:
        with _ignoring_the_terminal():
            super().init_processes()

    def keep_subprocess_alive(self) -> None:
        before = {process.pid for process in self.processes}
        with _ignoring_the_terminal():
            super().keep_subprocess_alive()
        for pid in before - {process.pid for process in self.processes}:
            log.warning("Web process %s ended unexpectedly; starting another one.", pid)

    def handle_int(self) -> None:
        self._end(signal.SIGINT)

    def handle_term(self) -> None:
        self._end(signal.SIGTERM)

    def handle_hup(self) -> None:  # uvicorn's own handler would restart all of them
        self._end(signal.SIGTERM)

    def _end(self, by: int) -> None:
        self.ended_by = by
        self.should_exit.set()

    def join_all(self) -> None:
        """Wait for all processes, and kill those that do not end in time."""
        ends = time.monotonic() + (self.config.timeout_graceful_shutdown or 0) + 5
        for process in self.processes:
            process.process.join(max(0.0, ends - time.monotonic()))
            if process.process.is_alive():
                process.kill()
            process.join()


@contextmanager
def _ignoring_the_terminal() -> Iterator[None]:
    """Processes started within the block ignore Ctrl-C: their parent handles it and shuts them down."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, TERMINAL_SIGNALS)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


@contextmanager
def _restored_signals() -> Iterator[None]:
    """Restore the signal handlers that the supervisor replaces."""
    before: dict[int, Handler] = {number: signal.getsignal(number) for number in signal.valid_signals()}
    try:
        yield
    finally:
        for number, handler in before.items():
            if handler is not None and signal.getsignal(number) is not handler:
                signal.signal(number, handler)


@contextmanager
def _shared_metrics() -> Iterator[None]:
    """A folder for the metrics of all processes that are started within the block."""
    with scratch_folder(COUNTS) as folder:
        os.environ[SHARED_FOLDER] = str(folder)
        try:
            yield
        finally:
            del os.environ[SHARED_FOLDER]
