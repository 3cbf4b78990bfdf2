"""The cost of a block: its seconds, and the processor's, which hardly depend on what else the machine does."""

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from resource import RUSAGE_CHILDREN, getrusage

from benchmarks.importing import family

TICKS = os.sysconf("SC_CLK_TCK")
SETTLING = 1  # second, in which PostgreSQL ends connections that were closed


@dataclass
class Cost:
    seconds: float = 0.0
    processor_seconds: float = 0.0

    def __str__(self) -> str:
        return f"{self.seconds:.1f} s ({self.processor_seconds:.1f} s of the processor)"


@contextmanager
def costing(server: int) -> Iterator[Cost]:
    """The cost of programs that this process runs and awaits, and of the PostgreSQL server with process id `server`.

    PostgreSQL counts a connection once it is closed. This process itself is left out: it looks at their memory.
    """
    cost, began, before = Cost(), time.perf_counter(), _used(server)
    yield cost
    cost.seconds = time.perf_counter() - began
    time.sleep(SETTLING)
    cost.processor_seconds = _used(server) - before


def _used(server: int) -> float:
    ended = getrusage(RUSAGE_CHILDREN)
    return ended.ru_utime + ended.ru_stime + server_seconds(server)


def server_seconds(server: int) -> float:
    """The processor's seconds of a server, and of its processes that have ended."""
    fields = Path(f"/proc/{server}/stat").read_text().rpartition(")")[2].split()
    return sum(map(int, fields[11:15])) / TICKS


def family_seconds(pid: int) -> float:
    """The processor's seconds of a process and of all that it has started, whether they have ended or not."""
    return sum(map(server_seconds, family(pid)))
