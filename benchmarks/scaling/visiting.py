"""Requests per second to the web program, by its processes."""

import threading
import time
from contextlib import suppress
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from itertools import count
from pathlib import Path

from benchmarks.scaling.instance import Instance

CLIENTS = 8
PATHS = ("/totals/listener{}?period=all", "/history/listener{}", "/top-tracks/listener{}?period=year")
PATIENCE = 120


@dataclass(frozen=True)
class Visited:
    processes: int
    requests_a_second: float
    megabytes: float  # of all its processes

    def __str__(self) -> str:
        return f"| {self.processes} | {self.requests_a_second:.0f} | {self.megabytes:.0f} |"


def visited(made: Instance, processes: int, seconds: float) -> Visited:
    """Statistics of one account after another, so that no answer is of one that was just read."""
    port = int(made.environment["PORT"])
    service = made.start("application.py", WEB_PROCESSES=str(processes))
    try:
        _wait_until_ready(port)
        answered = _answered(port, made.accounts, seconds)
        return Visited(processes, answered / seconds, _megabytes(service.pid))
    finally:
        service.terminate()
        service.wait()


def _answered(port: int, accounts: int, seconds: float) -> int:
    numbers, done, end = count(), [0] * CLIENTS, time.monotonic() + seconds

    def visit(client: int) -> None:
        connection = HTTPConnection("127.0.0.1", port, timeout=60)
        while time.monotonic() < end:
            number = next(numbers)
            connection.request("GET", PATHS[number % len(PATHS)].format(number % accounts))
            response = connection.getresponse()
            response.read()
            done[client] += response.status == 200
        connection.close()

    threads = [threading.Thread(target=visit, args=(client,)) for client in range(CLIENTS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sum(done)


def _wait_until_ready(port: int) -> None:
    """Raises TimeoutError."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        connection = HTTPConnection("127.0.0.1", port, timeout=5)
        with suppress(OSError, HTTPException):
            connection.request("GET", "/ready")
            if connection.getresponse().status == 200:
                return
        time.sleep(0.2)
    raise TimeoutError


def _megabytes(parent: int) -> float:
    """The memory of a process and of those that it started, without what they share."""
    pids = [parent, *(int(pid) for pid in Path(f"/proc/{parent}/task/{parent}/children").read_text().split())]
    return sum(_private(pid) for pid in pids)


def _private(pid: int) -> float:
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    return sum(int(line.split()[1]) for line in lines if line.startswith("Pss:")) / 1024
