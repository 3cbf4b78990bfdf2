"""The service under load: requests per second next to the reference, memory, and readers during an import."""

import http.client
import json
import math
import re
import shutil
import statistics
import subprocess
import time
import urllib.request
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from tempfile import NamedTemporaryFile
from threading import Event
from urllib.parse import urlsplit

from benchmarks.importing import import_once
from benchmarks.question_speed.instance import LARGE, serving
from benchmarks.visitors import as_another

READERS, SECONDS, TURNS, CONNECTIONS = 100, 4, 7, 16
# For wrk: the requests take turns as visitors, of whom there are as many as connections.
ANOTHER_VISITOR = f"""
    local number = 0
    request = function()
        number = (number + 1) % {CONNECTIONS}
        wrk.headers["X-Forwarded-For"] = "10.0.0." .. number
        return wrk.format()
    end
"""
BARE = ("-m", "uvicorn", "benchmarks.question_speed.limits:app", "--port", "{port}", "--no-access-log")


def p95(times: Sequence[float]) -> float:
    """The 95th percentile by nearest rank, which is one of the samples."""
    return sorted(times)[math.ceil(len(times) * 0.95) - 1]


def requests_a_second(address: str, *options: str) -> float:
    command = ["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{SECONDS}s", *options, address]
    output = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    rate = re.search(r"Requests/sec:\s*([\d.]+)", output)
    if rate is None or "Non-2xx" in output.replace("304", ""):
        raise SystemExit(f"wrk measured nothing useful at {address}: {output}")
    return float(rate[1])


def hot_path(url: str) -> None:
    """Compare pages of /history and 304s with bare routes, in turn: for one visitor, who gets a quarter of our threads,
    and for as many as there are connections. The bare routes give all of theirs to everybody.
    """
    if shutil.which("wrk") is None:
        print("wrk is not installed: the hot path is not measured.")
        return
    with serving(url) as (service, _), serving(url, *BARE) as (bare, _), NamedTemporaryFile("w", suffix=".lua") as many:
        many.write(ANOTHER_VISITOR)
        many.flush()
        page, plays = f"{service}/history/{LARGE}", f"{bare}/history/{LARGE}"
        known = ("-H", f"If-None-Match: {tag_of_equal(page, plays)}")
        others = ("-s", many.name)  # for both sides, because running the script takes wrk's time
        print(f"A constant answer: {requests_a_second(f'{bare}/constant'):,.0f} requests/s.")
        for name, ours, limit in (
            ("/history", (page,), (plays,)),
            ("/history, several visitors", (page, *others), (plays, *others)),
            ("304", (page, *known), (f"{bare}/select",)),
            ("304, several visitors", (page, *known, *others), (f"{bare}/select", *others)),
        ):
            pairs = [(requests_a_second(*ours), requests_a_second(*limit)) for _ in range(TURNS)]
            ratios = [mine / other for mine, other in pairs]
            mine, other = (statistics.median(side) for side in zip(*pairs, strict=True))
            print(
                f"{name}: {mine:,.0f} requests/s, bare {other:,.0f}; median ratio {statistics.median(ratios):.2f} "
                f"({min(ratios):.2f} to {max(ratios):.2f} in {TURNS} turns)."
            )


def tag_of_equal(page: str, bare: str) -> str:
    """The ETag of a page. The bare route must return the same plays, or its speed means nothing."""
    with urllib.request.urlopen(page) as mine, urllib.request.urlopen(bare) as other:  # noqa: S310 - our own
        if json.load(mine)["plays"] != json.load(other)["plays"]:
            raise SystemExit(f"{page} and {bare} show different plays.")
        return str(mine.headers["ETag"])


def memory(pid: int) -> float:
    """The memory of a process in megabytes."""
    resident = re.search(r"VmRSS:\s+(\d+)", Path(f"/proc/{pid}/status").read_text())
    return int(resident[1]) / 1024 if resident else 0.0


def read_on(address: str, paths: Sequence[str], stop: Event) -> tuple[list[float], int]:
    """The time of each answer in seconds, and the number of failed requests."""
    took, errors, place = list[float](), 0, urlsplit(address)
    while not stop.is_set():
        path = paths[(len(took) + errors) % len(paths)]
        connection, began = http.client.HTTPConnection(place.netloc, timeout=60), time.perf_counter()
        try:
            connection.request("GET", path, headers=dict(as_another()))
            answer = connection.getresponse()
            answer.read()
            errors += answer.status != 200
        except OSError:
            errors += 1
        finally:
            connection.close()
        took.append(time.perf_counter() - began)
    return took, errors


class Readers:
    """READERS concurrent readers during the block."""

    def __init__(self, address: str, paths: Sequence[str]) -> None:
        self.stop, self.pool = Event(), ThreadPoolExecutor(READERS)
        starts = range(READERS)
        turned = ([*paths[at % len(paths) :], *paths[: at % len(paths)]] for at in starts)
        self.reading = [self.pool.submit(read_on, address, turn, self.stop) for turn in turned]

    def finish(self) -> tuple[float, int, int]:
        """(p95 in milliseconds, answers, errors)"""
        self.stop.set()
        results = [reader.result() for reader in self.reading]
        self.pool.shutdown()
        took = [second for times, _ in results for second in times]
        return p95(took) * 1000, len(took), sum(errors for _, errors in results)


def readers_while_importing(url: str, export: Path, paths: Sequence[str]) -> None:
    with serving(url) as (address, _):
        readers = Readers(address, paths)
        try:
            time.sleep(5 * SECONDS)
        finally:
            idle, answers, errors = readers.finish()
        print(f"{READERS} readers, idle: p95 {idle:,.0f} ms over {answers:,} answers, {errors} errors.")
        readers = Readers(address, paths)
        try:
            imported = import_once(url, export, "bob", poll=True)
        finally:
            busy, answers, errors = readers.finish()
    print(
        f"{READERS} readers during an import ({imported.seconds:.0f} s) and {len(imported.polls)} collections: "
        f"p95 {busy:,.0f} ms ({busy / idle:.2f} of idle) over {answers:,} answers, {errors} errors."
    )
