"""The time of importing an extended export, compared with `psql \\copy` of its rows plus parsing its JSON.

    python -m benchmarks.importing [--rows 1000000] [--runs 3]

Each import is a process of its own (`cli.py import`), and its start-up is included. Its peak memory includes the
processes that read for it, and is sampled every 50 ms. Measured in the same run: the first import into a new database;
the same zip again; the same rows split into other files; the zip for a second account, with a poll of a new play of
theirs every 50 ms; `\\copy` of the stored rows into the same table with all its indexes and keys; unpacking and parsing
the zip's JSON.
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
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from collect.exports.archives import find_history
from collect.exports.json.rows import read_batches
from collect.recent import store_recent
from db.engine.connection import close_database, connected, open_database
from db.engine.postgres_binaries import find_programs
from db.engine.server import Server, ensure_database, local_server
from db.people.accounts import ensure_accounts
from db.startup.migrate import migrate
from demo.catalogue import make_catalogue
from demo.export import write_extended_zip
from demo.listener import Habits, Heard, Listener
from music import Artist, Play, Track
from people.accounts import account_named

ROOT = Path(__file__).parent.parent
COLUMNS = (
    "account_id, played_at, started_at, track_id, episode_id, ms_played, source, occurrence, digest, reason_start, "
    "reason_end, shuffle, skipped, offline, incognito, platform, country"
)
POLL_EVERY = LOOK_EVERY = 0.05  # seconds


@dataclass(frozen=True)
class Imported:
    seconds: float
    megabytes: float
    fates: dict[str, int]
    polls: list[float]  # seconds that each poll took to store its play


def make_exports(folder: Path, rows: int) -> None:
    """One export as Spotify splits it, and the same rows split differently."""
    listener = Listener(Habits(1, date(2012, 1, 1), "Europe/Berlin", 200), make_catalogue())
    heard: list[Heard] = []
    while len(heard) < rows:
        heard += list(listener.next_day())
    write_extended_zip(folder / "export.zip", heard[: rows - rows // 5_001])  # the export repeats a few rows itself
    recut(folder / "export.zip", folder / "recut")


def recut(export: Path, folder: Path) -> None:
    folder.mkdir()
    for number, file in enumerate(find_history([export])):
        with file.open() as stream:
            rows = [row for batch in read_batches(stream) for row in batch.values]
        for part in (0, 1):
            (folder / f"endsong_{number}_{part}.json").write_text(json.dumps(rows[part::2]))


def import_once(url: str, path: Path, username: str = "alice", *, poll: bool = False) -> Imported:
    environment = {**os.environ, "DATABASE_URL": url, "USERNAMES": "alice,bob"}
    command = [sys.executable, "cli.py", "import", str(path), "--user", username, "--yes", "--json"]
    began = time.perf_counter()
    child = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    watching = ThreadPoolExecutor(1)
    peak = watching.submit(peak_megabytes, child)
    polls = poll_while(child, url, username) if poll else []
    output, _ = child.communicate()
    seconds = time.perf_counter() - began
    watching.shutdown()
    if child.returncode:
        raise SystemExit(f"the import failed: {output.decode()}")
    return Imported(seconds, peak.result(), json.loads(output.splitlines()[-1])["fates"], polls)


def peak_megabytes(child: "subprocess.Popen[bytes]") -> float:
    """The peak memory of a process and its descendants together, counting shared pages once."""
    peak = 0
    while child.returncode is None and Path(f"/proc/{child.pid}/smaps_rollup").exists():
        peak = max(peak, sum(proportional(pid) for pid in family(child.pid)))
        time.sleep(LOOK_EVERY)
    return peak / 1024


def family(pid: int) -> list[int]:
    """The process and its descendants."""
    try:
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    except OSError:
        return []
    return [pid, *(descendant for child in children for descendant in family(int(child)))]


def proportional(pid: int) -> int:
    """Kilobytes, counting shared pages proportionally; 0 for a process that has just ended."""
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in lines if line.startswith("Pss:")), 0)


def poll_while(child: "subprocess.Popen[bytes]", url: str, username: str) -> list[float]:
    """Store a new play repeatedly, as a collector does, until the import ends."""
    open_database(url)
    track, took = Track("Poll", (Artist("Polls"),), uri="spotify:track:" + "P" * 22), list[float]()
    with connected():
        account_id = account_named(username).id
        while not os.waitid(os.P_PID, child.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT):
            at = datetime(2030, 1, 1, tzinfo=UTC) + len(took) * timedelta(minutes=3)
            began = time.perf_counter()
            store_recent(account_id, [Play(at, track)], page_is_full=False)
            took.append(time.perf_counter() - began)
            time.sleep(POLL_EVERY)
    close_database()
    return took


def copy_once(psql: Path, url: str, rows: Path) -> float:
    """The seconds that psql takes to copy the same rows into the same, emptied table with all its indexes and keys."""
    run = [str(psql), url, "-qX", "-v", "ON_ERROR_STOP=1", "-c"]
    select = f"SELECT {COLUMNS} FROM play WHERE account_id = 1 ORDER BY played_at"
    subprocess.run([*run, f"\\copy ({select}) TO '{rows}' csv"], check=True)
    subprocess.run([*run, "TRUNCATE play"], check=True)
    began = time.perf_counter()
    subprocess.run([*run, f"\\copy play ({COLUMNS}) FROM '{rows}' csv"], check=True)
    return time.perf_counter() - began


def parse_once(export: Path) -> float:
    """The seconds that unpacking and parsing the JSON of an export takes."""
    began = time.perf_counter()
    for file in find_history([export]):
        with file.open() as stream:
            for _ in read_batches(stream):
                pass
    return time.perf_counter() - began


def one_run(server: Server, psql: Path, folder: Path, number: int) -> float:
    """Print the figures of a run; returns the ratio of the first import to its reference."""
    name = f"run{number}"
    ensure_database(server, name)
    url = server.url(name)
    open_database(url)
    migrate()  # not part of what is measured
    with connected():
        ensure_accounts(["alice", "bob"], "Europe/Berlin")
    close_database()
    export = folder / "export.zip"
    first, again = import_once(url, export), import_once(url, export)
    cut_otherwise = import_once(url, folder / "recut")
    polled = import_once(url, export, "bob", poll=True)
    copied, parsed = copy_once(psql, url, folder / "rows.csv"), parse_once(export)
    ratio = first.seconds / (copied + parsed)
    print(f"run {number + 1}: first {first.seconds:.1f} s, peak {first.megabytes:.0f} MB; {first.fates}")
    print(f"  \\copy {copied:.1f} s + parsing {parsed:.1f} s: ratio {ratio:.2f} (limit 3)")
    print(f"  the same zip again {again.seconds:.1f} s: {again.seconds / first.seconds:.2f} of the first (limit 0.5)")
    other = cut_otherwise.seconds
    print(f"  cut into other files {other:.1f} s: {other / first.seconds:.2f} of the first; {cut_otherwise.fates}")
    print(f"  polls meanwhile: {in_words(polled.polls)}")
    return ratio


def in_words(polls: Sequence[float]) -> str:
    ordered = sorted(1000 * poll for poll in polls)
    return f"{len(ordered)}, median {statistics.median(ordered):.1f} ms, the slowest {ordered[-1]:.0f} ms (limit 100)"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--runs", type=int, default=3)
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        # In a process of its own: a child's peak memory counts what its parent held when it was started.
        maker = multiprocessing.get_context("spawn").Process(target=make_exports, args=(folder, chosen.rows))
        maker.start()
        maker.join()
        with local_server(folder / "postgres") as server:
            psql = find_programs(folder / "postgres").folder / "psql"
            ratios = [one_run(server, psql, folder, number) for number in range(chosen.runs)]
    print(f"median ratio {statistics.median(ratios):.2f} (limit 3), at {datetime.now(UTC):%Y-%m-%d %H:%M} UTC")


if __name__ == "__main__":
    main()
