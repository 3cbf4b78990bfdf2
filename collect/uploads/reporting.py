"""Tell pages how far an import has come, and the import when it has to stop."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from threading import Event, Thread

from collect.progress import ImportProgress
from db.engine.connection import DatabaseUnreachable, connected
from db.imports.jobs import report_progress

SECONDS = 1.0  # between two reports


class Stopped(Exception):
    """The import was stopped before it stored anything."""


class StopSignal:
    """`by_listener`: they gave it up. Otherwise the program ends, and the next one begins the import again."""

    def __init__(self, over: Event) -> None:
        self._over, self._given_up = over, Event()

    @property
    def by_listener(self) -> bool:
        return self._given_up.is_set()

    def give_up(self) -> None:
        self._given_up.set()

    def check(self, _phase: str, _done: float, _total: float, _detail: str) -> None:
        """Raises Stopped."""
        if self._over.is_set() or self.by_listener:
            raise Stopped


@contextmanager
def reporting(key: tuple[int, int], progress: ImportProgress, stop: StopSignal) -> Iterator[None]:
    """Report during the block, on a connection of its own: an import's transaction shows nothing before its end."""
    ended = Event()
    thread = Thread(target=_report, args=(key, progress, stop, ended), name="import progress", daemon=True)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()


def _report(key: tuple[int, int], progress: ImportProgress, stop: StopSignal, ended: Event) -> None:
    while not ended.wait(SECONDS):
        with suppress(DatabaseUnreachable), connected():
            if report_progress(key, progress.share, progress.rows, progress.plays):
                stop.give_up()
