"""How long an extended export takes to import, against `psql \\copy` of the same rows into the same table.

    python -m benchmarks.importing [--rows 60000] [--runs 3]

Each import runs as its own process (`cli.py import`, as people run it, its start included) into a new database; its
peak memory is the kernel's figure for that process.
"""

import argparse
import json
import multiprocessing
import os
import statistics
import subprocess
import sys
import tempfile
import time
from datetime import UTC, date, datetime
from pathlib import Path

from db.connection import close_database, open_database
from db.migrate import migrate
from db.postgres_binaries import find_programs
from db.server import Server, ensure_database, local_server
from demo.catalogue import make_catalogue
from demo.export import write_extended_zip
from demo.listener import Habits, Heard, Listener

ROOT = Path(__file__).parent.parent
COLUMNS = (
    "account_id, import_id, played_at, started_at, track_id, episode_id, ms_played, source, occurrence, reason_start, "
    "reason_end, shuffle, skipped, offline, incognito, platform, country"
)


def make_export(path: Path, rows: int) -> None:
    listener = Listener(Habits(1, date(2012, 1, 1), "Europe/Berlin", 25), make_catalogue())
    heard: list[Heard] = []
    while len(heard) < rows:
        heard += list(listener.next_day())
    write_extended_zip(path, heard[: rows - rows // 5_001])  # the export repeats a few rows itself


def import_once(url: str, path: Path) -> tuple[float, float, dict[str, int]]:
    """(seconds, peak megabytes, fates) of one import in a process of its own."""
    environment = {**os.environ, "DATABASE_URL": url, "USERNAMES": "alice"}
    command = [sys.executable, "cli.py", "import", str(path), "--user", "alice", "--json"]
    began = time.perf_counter()
    child = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    said = child.stdout.read() if child.stdout else b""
    _, status, usage = os.wait4(child.pid, 0)
    seconds = time.perf_counter() - began
    if status:
        raise SystemExit(f"the import failed: {said.decode()}")
    return seconds, usage.ru_maxrss / 1024, json.loads(said.splitlines()[-1])["fates"]


def copy_once(psql: Path, url: str, rows: Path) -> float:
    """Seconds that psql takes to put the same rows into the same table, emptied and with all its indexes and keys."""
    run = [str(psql), url, "-qX", "-v", "ON_ERROR_STOP=1", "-c"]
    subprocess.run([*run, f"\\copy (SELECT {COLUMNS} FROM play ORDER BY played_at) TO '{rows}' csv"], check=True)
    subprocess.run([*run, "TRUNCATE play"], check=True)
    began = time.perf_counter()
    subprocess.run([*run, f"\\copy play ({COLUMNS}) FROM '{rows}' csv"], check=True)
    return time.perf_counter() - began


def measure(server: Server, psql: Path, export: Path, folder: Path, runs: int) -> None:
    took, copied, ratios = [], [], []
    for number in range(runs):
        name = f"run{number}"
        ensure_database(server, name)
        open_database(server.url(name))
        migrate()  # not part of what is measured
        close_database()
        seconds, megabytes, fates = import_once(server.url(name), export)
        copy = copy_once(psql, server.url(name), folder / "rows.csv")
        took.append(seconds)
        copied.append(copy)
        ratios.append(seconds / copy)
        print(f"run {number + 1}: import {seconds:.2f} s, peak {megabytes:.0f} MB, \\copy {copy:.2f} s, "
              f"ratio {ratios[-1]:.2f}; {fates}")  # fmt: skip
    print(f"median ratio {statistics.median(ratios):.2f} (limit 4), at {datetime.now(UTC):%Y-%m-%d %H:%M} UTC")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=60_000)
    parser.add_argument("--runs", type=int, default=3)
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        # In a process of its own: a child's peak memory counts what its parent held when it was started.
        maker = multiprocessing.get_context("spawn").Process(
            target=make_export, args=(folder / "export.zip", chosen.rows)
        )
        maker.start()
        maker.join()
        with local_server(folder / "postgres") as server:
            psql = find_programs(folder / "postgres").folder / "psql"
            measure(server, psql, folder / "export.zip", folder, chosen.runs)


if __name__ == "__main__":
    main()
