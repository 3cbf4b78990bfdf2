"""Several processes that answer on one port, so that the service uses more than one core.

uvicorn's own supervisor starts them and starts those again that die; here is what it does not do: nobody outlives the
program that started it, nobody but that program hears a terminal, and nobody is waited for without end.
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

HEALTHY_SECONDS = 60  # within which a process says that it lives; starting on a busy machine takes some of them
OF_A_TERMINAL = {signal.SIGINT, signal.SIGHUP}  # sent to all of its processes
Handler = Callable[[int, FrameType | None], Any] | int | None
log = logging.getLogger("insight")


def serve_by(make: Callable[[], Starlette], count: int, listener: socket.socket, options: Mapping[str, Any]) -> bool:
    """Answer by `count` processes until SIGTERM or Ctrl-C, which does then what it did before; SIGHUP is as SIGTERM.

    Each process calls `make`, which has to be picklable, for its service. `options` are uvicorn's. False: none of them
    could start.
    """
    config = uvicorn.Config(
        make, factory=True, workers=count, timeout_worker_healthcheck=HEALTHY_SECONDS, **options
    )  # fmt: skip
    with _counting_together(), _signals_as_before():
        supervisor = Supervisor(config, [listener])
        supervisor.run()
    if supervisor.ended_by is not None:
        signal.raise_signal(supervisor.ended_by)
    return supervisor.ended_by is not None


def end_with_parent() -> None:
    """Have this process end in order when the one that started it is gone, however that ended."""
    if parent := multiprocessing.parent_process():
        threading.Thread(target=_end_after, args=(parent.join,), name="parent", daemon=True).start()


def _end_after(join: Callable[[], None]) -> None:
    join()
    os.kill(os.getpid(), signal.SIGTERM)


class Supervisor(Multiprocess):
    """`ended_by` is the signal that ended it."""

    ended_by: int | None = None

    def init_processes(self) -> None:
        with _deaf_to_a_terminal():
            super().init_processes()

    def keep_subprocess_alive(self) -> None:
        before = {process.pid for process in self.processes}
        with _deaf_to_a_terminal():
            super().keep_subprocess_alive()
        for pid in before - {process.pid for process in self.processes}:
            log.warning("Web process %s ended unexpectedly; another one takes its place.", pid)

    def handle_int(self) -> None:
        self._end(signal.SIGINT)

    def handle_term(self) -> None:
        self._end(signal.SIGTERM)

    def handle_hup(self) -> None:  # by uvicorn's own, it would start all of them anew
        self._end(signal.SIGTERM)

    def _end(self, by: int) -> None:
        self.ended_by = by
        self.should_exit.set()

    def join_all(self) -> None:
        """Those that do not end in time are killed."""
        ends = time.monotonic() + (self.config.timeout_graceful_shutdown or 0) + 5
        for process in self.processes:
            process.process.join(max(0.0, ends - time.monotonic()))
            if process.process.is_alive():
                process.kill()
            process.join()


@contextmanager
def _deaf_to_a_terminal() -> Iterator[None]:
    """Processes started within the block never hear Ctrl-C: the one that started them does, and ends them in order."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, OF_A_TERMINAL)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


@contextmanager
def _signals_as_before() -> Iterator[None]:
    """What the supervisor sets for signals goes with it."""
    before: dict[int, Handler] = {number: signal.getsignal(number) for number in signal.valid_signals()}
    try:
        yield
    finally:
        for number, handler in before.items():
            if handler is not None and signal.getsignal(number) is not handler:
                signal.signal(number, handler)


@contextmanager
def _counting_together() -> Iterator[None]:
    """A folder for what the processes count, known to those that are started within the block."""
    with scratch_folder(COUNTS) as folder:
        os.environ[SHARED_FOLDER] = str(folder)
        try:
            yield
        finally:
            del os.environ[SHARED_FOLDER]
