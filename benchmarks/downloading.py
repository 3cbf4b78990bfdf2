"""What downloading a whole history costs: plays a second, and the peak memory of the web process.

    python -m benchmarks.downloading [--plays 500000] [--runs 3]

The service runs as its own process and the client reads as fast as it can. Peak memory is the kernel's figure for the
service, before the first download and after the last.
"""

import argparse
import re
import tempfile
import time
import urllib.request
from pathlib import Path

from benchmarks.exporting import fill
from benchmarks.question_speed.instance import serving
from db.engine.connection import close_database, connected, database, open_database
from db.engine.server import ensure_database, local_server

FORMS = ("csv", "ndjson")
PIECE = 1024 * 1024


def peak_memory(pid: int) -> float:
    """In megabytes."""
    peak = re.search(r"VmHWM:\s+(\d+)", Path(f"/proc/{pid}/status").read_text())
    return int(peak[1]) / 1024 if peak else 0.0


def download(address: str) -> tuple[float, int, int]:
    """(seconds, lines, bytes)"""
    began, lines, size = time.perf_counter(), 0, 0
    with urllib.request.urlopen(address) as answer:  # noqa: S310 - our own
        while piece := answer.read(PIECE):
            lines += piece.count(b"\n")
            size += len(piece)
    return time.perf_counter() - began, lines, size


def measure(url: str, runs: int) -> None:
    with serving(url) as (service, pid):
        urllib.request.urlopen(f"{service}/history/alice").close()  # noqa: S310 - our own
        print(f"Peak memory before: {peak_memory(pid):.0f} MB.")
        for form in FORMS:
            for _ in range(runs):
                seconds, lines, size = download(f"{service}/history/alice?format={form}")
                print(f"{form}: {lines:,} lines, {size / 1e6:.0f} MB in {seconds:.1f} s, "
                      f"{lines / seconds:,.0f} a second; peak memory {peak_memory(pid):.0f} MB.")  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--plays", type=int, default=500_000)
    parser.add_argument("--runs", type=int, default=3)
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary, local_server(Path(temporary) / "postgres") as server:
        ensure_database(server, "bench")
        open_database(server.url("bench"))
        fill(chosen.plays)
        with connected():
            database.execute_sql("UPDATE account SET visibility = 'public'")
        close_database()
        measure(server.url("bench"), chosen.runs)


if __name__ == "__main__":
    main()
