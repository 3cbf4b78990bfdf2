"""Run the programs of an instance as a supervisor does, and kill their processes."""

import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from db.engine.postmaster import processes, running

HANG_SECONDS = 120  # for one attempt of one program
ATTEMPTS = 100  # of one piece of work; more would never end


@dataclass
class Family:
    """Programs of the checkout in `folder`, restarted when they die; `hangs` and `tracebacks` should stay 0."""

    folder: Path
    environment: Mapping[str, str]
    living: dict[int, subprocess.Popen[str]] = field(default_factory=dict)
    over: threading.Event = field(default_factory=threading.Event)
    hangs: int = 0
    tracebacks: int = 0

    @property
    def cluster(self) -> Path:
        return self.folder / ".data" / "postgres" / "cluster"

    @contextmanager
    def serving(self, *command: str) -> Iterator[None]:
        """Run a program until it is stopped, and restart it whenever it ends."""
        thread = threading.Thread(target=self._serve, args=command)
        thread.start()
        try:
            yield
        finally:
            self.over.set()
            for child in tuple(self.living.values()):
                child.terminate()
            thread.join()

    def _serve(self, *command: str) -> None:
        while not self.over.wait(0.2):
            child = self._start(*command)
            if self.over.is_set():
                child.terminate()
            self._end(child, None)

    def work(self, *command: str) -> bool:
        """Run a program until it succeeds, as a timer or a person does; returns False if it never did."""
        for _ in range(ATTEMPTS):
            child = self._start(*command)
            if self._end(child, HANG_SECONDS) == 0:
                return True
            if self.hangs:  # which every further attempt would wait for, too
                return False
            time.sleep(0.2)
        self.hangs += 1
        return False

    def _start(self, *command: str) -> subprocess.Popen[str]:
        child = subprocess.Popen(
            [sys.executable, *command], cwd=self.folder, env=self.environment, stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, start_new_session=True,
        )  # fmt: skip
        self.living[child.pid] = child
        return child

    def _end(self, child: subprocess.Popen[str], seconds: float | None) -> int:
        try:
            _, errors = child.communicate(timeout=seconds)
        except subprocess.TimeoutExpired:
            self.hangs += 1
            child.kill()
            _, errors = child.communicate()
        del self.living[child.pid]
        if "Traceback" in errors:
            self.tracebacks += 1
            print(errors[-2000:], file=sys.stderr)
        return child.returncode

    def kill_one(self, chance: random.Random) -> str:
        """Kill a process, each kind with the same probability; returns the kind, empty if there is no process."""
        kinds = {kind: pids for kind, pids in self._victims().items() if pids}
        if not kinds:
            return ""
        kind = chance.choice(sorted(kinds))
        with suppress(ProcessLookupError):
            os.kill(chance.choice(kinds[kind]), signal.SIGKILL)
        return kind

    def _victims(self) -> dict[str, list[int]]:
        """The processes by kind. Programs have children, too: an import reads in additional processes."""
        server = running(self.cluster)
        backends = [pid for pid in processes(self.cluster) if server and pid != server.pid]
        children = _children()
        kinds: dict[str, list[int]] = {"postmaster": [server.pid] if server else [], "backend": backends}
        for pid, child in tuple(self.living.items()):
            name = str(child.args[1]) if isinstance(child.args, list) else ""
            kinds.setdefault(name, []).append(pid)
            kinds[name] += children.get(pid, [])
        return kinds


def _children() -> dict[int, list[int]]:
    by_parent: dict[int, list[int]] = {}
    for folder in Path("/proc").glob("[0-9]*"):
        with suppress(OSError, ValueError):
            parent = int((folder / "stat").read_text().rpartition(")")[2].split()[1])
            by_parent.setdefault(parent, []).append(int(folder.name))
    return by_parent
