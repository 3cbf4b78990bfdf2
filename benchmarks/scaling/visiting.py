"""Requests per second to the web program, by its processes."""

import threading
import time
from contextlib import suppress
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from itertools import count

from benchmarks.importing import family, proportional
from benchmarks.large.processor import family_seconds, server_seconds
from benchmarks.scaling.instance import Instance

CLIENTS = 8
PATHS = ("/totals/listener{}?period=all", "/history/listener{}", "/top-tracks/listener{}?period=year")
PATIENCE = 120


@dataclass(frozen=True)
class Visited:
    processes: int
    requests_a_second: float
    megabytes: float  # of all its processes
    processor_milliseconds: float  # of them, for a request
    server_milliseconds: float  # of PostgreSQL's processor time, for a request

    def __str__(self) -> str:
        return (
            f"| {self.processes} | {self.requests_a_second:.0f} | {self.processor_milliseconds:.0f} | "
            f"{self.server_milliseconds:.0f} | {self.megabytes:.0f} |"
        )


def visited(made: Instance, processes: int, seconds: float) -> Visited:
    """Requests for statistics of one account after another, so that none was just read."""
    port = int(made.environment["PORT"])
    server = server_seconds(made.postmaster)
    service = made.start("application.py", WEB_PROCESSES=str(processes))
    try:
        _wait_until_ready(port)
        before = family_seconds(service.pid)
        answered = _answered(port, made.accounts, seconds)
        used = family_seconds(service.pid) - before
        megabytes = _megabytes(service.pid)
    finally:
        service.terminate()
        service.wait()
    server = server_seconds(made.postmaster) - server
    each = 1000 / max(answered, 1)
    return Visited(processes, answered / seconds, megabytes, used * each, server * each)


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
    """The memory of a process and of those that it started, with shared pages counted once."""
    return sum(map(proportional, family(parent))) / 1024
