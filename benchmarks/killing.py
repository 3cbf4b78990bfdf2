"""Kill processes of a whole instance at random moments, and compare the stored data with a run without kills.

    python -m benchmarks.killing [--kills 1000] [--minutes 120] [--service run.py]

The web service runs, the collector polls a simulated Spotify and exports are imported, all at the same time on the
embedded PostgreSQL. Every program, the server and its backends are killed (SIGKILL), sometimes several at once, and
restarted as a supervisor, a timer and a person would. The exit status is 1 if a play was lost or doubled, or if
anything hung.
"""

import argparse
import random
import shutil
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from pathlib import Path

from benchmarks.importing import ROOT
from benchmarks.kills.family import Family
from benchmarks.kills.listening import NAME, Listening, stored
from benchmarks.question_speed.instance import free_port
from db.engine.postmaster import processes
from demo.server import serving
from tests.doors.programs import KEPT

RECOVERY_SECONDS = 90  # until the service answers again; longer is a hang
MOST_AT_ONCE = 3
CHANCE = random.SystemRandom()  # a seed would not reproduce a run: what is hit depends on the speed of everything
LEFT_OUT = shutil.ignore_patterns(".git", ".venv", ".data", ".env", ".*_cache", ".hypothesis", "tests")


@dataclass
class Figures:
    """The result of a run."""

    killed: Counter[str] = field(default_factory=Counter)
    lost: int = 0
    doubled: int = 0
    hangs: int = 0
    tracebacks: int = 0
    left_running: int = 0
    longest_recovery: float = 0.0
    polls: int = 0
    imports: int = 0
    same_checksum: bool = False

    @property
    def good(self) -> bool:
        return self.same_checksum and not (self.lost or self.doubled or self.hangs or self.left_running)

    def __str__(self) -> str:
        kinds = ", ".join(f"{count} {kind}" for kind, count in sorted(self.killed.items()))
        return (
            f"{self.killed.total()} kills ({kinds}) during {self.polls} polls and {self.imports} imports: {self.lost} "
            f"lost, {self.doubled} doubled, {self.hangs} hangs, {self.tracebacks} tracebacks, {self.left_running} "
            f"processes left; longest recovery {self.longest_recovery:.1f} s; checksum "
            f"{'the same' if self.same_checksum else 'DIFFERENT'}"
        )


def killed(kills: int, seconds: float, folder: Path, service: str = "application.py") -> Figures:
    """Kill processes up to a number and a time, and compare."""
    figures, listening, port = Figures(), Listening(folder), free_port()
    checkout = Path(shutil.copytree(ROOT, folder / "checkout", ignore=LEFT_OUT))
    with serving(listening.fake) as spotify:
        environment = _environment(listening, spotify, port)
        listening.connect(environment, checkout / ".data")
        family = Family(checkout, environment)
        with family.serving(service), _working(family, listening):
            _wait_until_ready(port, figures)
            deadline = time.monotonic() + seconds
            while figures.killed.total() < kills and time.monotonic() < deadline and not figures.hangs:
                _kill_some(family, kills, figures)
                _wait_until_ready(port, figures)
    figures.hangs, figures.tracebacks = figures.hangs + family.hangs, family.tracebacks
    figures.left_running = len(processes(family.cluster))
    _compare(listening, checkout / ".data", folder / "without", figures)
    return figures


def _environment(listening: Listening, spotify: str, port: int) -> dict[str, str]:
    return {
        **KEPT, "PORT": str(port), "USERNAMES": NAME, "SERVICES": "none", "CLIENT_ID": listening.fake.client_id,
        "CLIENT_SECRET": listening.fake.client_secret, "REDIRECT_URI": listening.fake.redirect_uris[0],
        "SPOTIFY_ACCOUNTS_URL": spotify, "SPOTIFY_API_URL": spotify,
    }  # fmt: skip


@contextmanager
def _working(family: Family, listening: Listening) -> Iterator[None]:
    """Poll and import repeatedly in the background; finishes the current work after the last kill."""
    over = threading.Event()

    def poll() -> None:
        while not over.is_set():
            listening.polls += 1
            family.work("spotify_client.py", "collect")

    def take_in() -> None:
        while not over.is_set():
            family.work("cli.py", "import", str(listening.next_export()), "--user", NAME)

    threads = [threading.Thread(target=poll), threading.Thread(target=take_in)]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        over.set()
        for thread in threads:
            thread.join()


def _kill_some(family: Family, kills: int, figures: Figures) -> None:
    for _ in range(min(CHANCE.randint(1, MOST_AT_ONCE), kills - figures.killed.total())):
        time.sleep(CHANCE.uniform(0, 1.5))
        if kind := family.kill_one(CHANCE):
            figures.killed[kind] += 1


def _wait_until_ready(port: int, figures: Figures) -> None:
    began = time.monotonic()
    while not _is_ready(port):
        if time.monotonic() - began > RECOVERY_SECONDS:
            figures.hangs += 1
            return
        time.sleep(0.05)
    if figures.killed:
        figures.longest_recovery = max(figures.longest_recovery, time.monotonic() - began)


def _is_ready(port: int) -> bool:
    connection = HTTPConnection("127.0.0.1", int(port), timeout=10)
    try:
        connection.request("GET", "/ready")
        return connection.getresponse().status == 200
    except (OSError, HTTPException):
        return False
    finally:
        connection.close()


def _compare(listening: Listening, data: Path, without: Path, figures: Figures) -> None:
    figures.polls, figures.imports = listening.polls, len(listening.exports)
    checksum, plays = stored(data)
    expected, right = listening.without_kills(without)
    figures.same_checksum = checksum == expected
    figures.lost, figures.doubled = (right - plays).total(), (plays - right).total()


def main() -> int:
    parser = argparse.ArgumentParser(description="Kill processes at random, and look for what was lost.")
    parser.add_argument("--kills", type=int, default=1000)
    parser.add_argument("--minutes", type=float, default=120, help="stop killing after so long (default: %(default)s)")
    parser.add_argument("--service", choices=("application.py", "run.py"), default="application.py")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        figures = killed(chosen.kills, chosen.minutes * 60, Path(folder), chosen.service)
    print(figures)
    return 0 if figures.good else 1


if __name__ == "__main__":
    sys.exit(main())
