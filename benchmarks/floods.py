"""Measure what other visitors notice while one visitor floods the service.

    python -m benchmarks.floods [--plays 100000] [--seconds 10] [--only hang-ups,…]

The service is a process of its own with a simulated listener and 1,024 file descriptors. During each flood, from the
same address, one visitor requests /health and a signed-in listener requests /history, ten times a second each. The
table shows the slowest of both, how many failed, and the memory of the service before, at its peak, and 5 s afterwards.
"""

import argparse
import http.client
import logging
import multiprocessing
import resource
import signal
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

from benchmarks.flood_kinds import FLOODS, run_flood
from benchmarks.question_speed.instance import LARGE, make_instance, serving
from benchmarks.question_speed.load import memory
from db.engine.connection import close_database, connected
from db.engine.server import ensure_database, local_server
from db.people.sessions import begin_session
from people.accounts import account_named

FILES = 1024  # descriptors of the service
PAUSE, TIMEOUT, AFTER = 0.1, 60, 5


class Watch:
    """Requests `path` until stopped."""

    def __init__(self, netloc: str, path: str, headers: Mapping[str, str] | None = None) -> None:
        self._netloc, self._path, self._headers = netloc, path, headers or {}
        self.slowest, self.errors, self.answers = 0.0, 0, 0
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._go_on)
        self._thread.start()

    def finish(self) -> None:
        self._stop.set()
        self._thread.join()

    def _go_on(self) -> None:
        while not self._stop.wait(PAUSE):
            began = time.perf_counter()
            if self._ask() == 200:
                self.answers += 1
            else:
                self.errors += 1
            self.slowest = max(self.slowest, time.perf_counter() - began)

    def _ask(self) -> int:
        connection = http.client.HTTPConnection(self._netloc, timeout=TIMEOUT)
        try:
            connection.request("GET", self._path, headers=dict(self._headers))
            answer = connection.getresponse()
            answer.read()
        except (OSError, http.client.HTTPException):
            return 0
        else:
            return answer.status
        finally:
            connection.close()


class Peak:
    """The peak memory of a process during the block."""

    def __init__(self, pid: int) -> None:
        self._pid, self.most = pid, memory(pid)
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._go_on)

    def __enter__(self) -> "Peak":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()

    def _go_on(self) -> None:
        while not self._stop.wait(PAUSE):
            self.most = max(self.most, memory(self._pid))


def beside(name: str, netloc: str, pid: int, cookie: str, seconds: float) -> str:
    """A row of the table."""
    before, port = memory(pid), int(netloc.rpartition(":")[2])
    flood = multiprocessing.get_context("spawn").Process(target=run_flood, args=(name, port, seconds), daemon=True)
    with Peak(pid) as peak:
        health = Watch(netloc, "/health")
        history = Watch(netloc, f"/history/{LARGE}", {"Cookie": f"session={cookie}"})
        flood.start()
        flood.join(seconds + TIMEOUT)
        flood.kill()
        health.finish()
        history.finish()
    time.sleep(AFTER)
    return (
        f"{name:18} {health.slowest * 1000:8,.0f} {history.slowest * 1000:9,.0f} {health.errors + history.errors:7} "
        f"{health.answers + history.answers:8} {before:8,.0f} {peak.most:7,.0f} {memory(pid):7,.0f}"
    )


def measure(url: str, names: list[str], seconds: float) -> None:
    with connected():
        cookie = begin_session(account_named(LARGE).id).text
    close_database()
    with limited_files(), serving(url) as (address, pid):
        netloc = urlsplit(address).netloc
        print("slowest, in ms      /health  /history  errors  answers MB before  most  after")
        for name in names:
            print(beside(name, netloc, pid, cookie, seconds), flush=True)


@contextmanager
def limited_files() -> Iterator[None]:
    """The first process started in the block gets few descriptors; we take as many as possible."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(FILES, hard), hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--plays", type=int, default=100_000)
    parser.add_argument("--seconds", type=float, default=10)
    parser.add_argument("--only", default=",".join(FLOODS))
    chosen = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that PostgreSQL and the service are ended too
    logging.getLogger("insight.access").setLevel(logging.WARNING)
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        with local_server(folder / "postgres", durable=False) as server:
            ensure_database(server, "bench")
            make_instance(server.url("bench"), folder / "export.zip", 0, 0, chosen.plays)
            measure(server.url("bench"), chosen.only.split(","), chosen.seconds)


if __name__ == "__main__":
    main()
