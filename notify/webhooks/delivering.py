"""Send due deliveries, several at once: for a while in each collection, and all the time beside `live`."""

import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from db.engine.connection import DatabaseUnreachable, connected
from db.webhooks.deliveries import claim_deliveries, forget_old_deliveries
from notify.webhooks.sending import Sender

WORKERS = 3  # each holds a connection only while it stores the outcome of an attempt
TICK = 2.0  # seconds between two queries for due deliveries
UNREACHABLE = 30.0  # seconds until it tries an unreachable database again
FORGET_EVERY = 3600.0  # seconds
IN_A_RUN = 60.0  # seconds that a collection spends on deliveries at most


def deliver_due(sender: Sender, seconds: float = IN_A_RUN) -> tuple[int, int]:
    """Deliver what is due; returns the numbers of deliveries and of failed attempts. Raises DatabaseUnreachable."""
    delivered = failed = 0
    until = time.monotonic() + seconds
    with ThreadPoolExecutor(WORKERS, "webhooks") as workers:
        while time.monotonic() < until and (problems := _round(sender, workers)):
            delivered += problems.count("")
            failed += len(problems) - problems.count("")
    return delivered, failed


def _round(sender: Sender, workers: ThreadPoolExecutor) -> list[str]:
    """Attempt due deliveries, at most one of each webhook; returns what went wrong with each, empty for success."""
    with connected():
        claimed = claim_deliveries(sender.now(), WORKERS)
    return [outcome.problem for outcome in workers.map(sender.deliver, claimed)]


class Delivering:
    """Deliver in a thread until the block ends; deliveries that have begun are finished first."""

    def __init__(self, sender: Sender, report: Callable[[str], None]) -> None:
        self._sender, self._report = sender, report
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="webhooks", daemon=True)
        self._forget_at = 0.0

    def __enter__(self) -> "Delivering":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stopping.set()
        self._thread.join()

    def _run(self) -> None:
        with ThreadPoolExecutor(WORKERS, "webhooks") as workers:
            while not self._stopping.is_set():
                self._stopping.wait(self._tick(workers))

    def _tick(self, workers: ThreadPoolExecutor) -> float:
        try:
            self._forget()
            return 0.0 if _round(self._sender, workers) else TICK
        except DatabaseUnreachable as error:
            self._report(f"Webhooks wait: {error}")
            return UNREACHABLE

    def _forget(self) -> None:
        if time.monotonic() >= self._forget_at:
            with connected():
                forget_old_deliveries(self._sender.now())
            self._forget_at = time.monotonic() + FORGET_EVERY
