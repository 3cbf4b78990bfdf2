"""The embedded server's processes: whether they run, whether they answer, and how to end what does neither."""

import os
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

import psycopg2

from db.engine.server_address import Address

PROC = Path("/proc")
CONNECT_SECONDS = 5
ENDING_SECONDS = 10  # until a killed process is gone; more where the disk holds it up


class Health(StrEnum):
    """What a server makes of an attempt to connect."""

    ANSWERS = "answers"
    REFUSES = "refuses"  # the password is another one
    STARTING = "starting"  # recovery after a crash included: it takes as long as it takes
    SILENT = "silent"  # no answer, or that it is shutting down


@dataclass(frozen=True)
class Postmaster:
    """What the lock file of a data folder says of the server that runs on it."""

    pid: int
    address: Address


def running(cluster: Path) -> Postmaster | None:
    """The server on this data folder, None where none runs, whatever a stale lock file says."""
    try:
        lines = (cluster / "postmaster.pid").read_text().splitlines()
    except OSError:
        return None
    if len(lines) < 4 or not is_server(int(lines[0]), cluster):
        return None
    folder, host = (*lines[4:6], "", "")[:2]
    return Postmaster(int(lines[0]), Address(folder or host or "127.0.0.1", int(lines[3])))


def is_server(pid: int, cluster: Path) -> bool:
    """Whether the process of a lock file is a PostgreSQL on this folder, and not one that has its number now."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    if not PROC.is_dir():
        return True  # nothing to ask, as on macOS: PostgreSQL itself decides
    with suppress(OSError):  # not everybody may read it
        return _works_in(pid, cluster)
    with suppress(OSError):
        return os.fsencode(cluster) in (PROC / str(pid) / "cmdline").read_bytes()
    return False


def is_frozen(pid: int) -> bool:
    """Whether a signal has stopped the process (SIGSTOP); False where a system does not tell."""
    with suppress(OSError, IndexError):
        return (PROC / str(pid) / "stat").read_text().rpartition(")")[2].split()[0] == "T"
    return False


def _works_in(pid: int, cluster: Path) -> bool:
    """Every process of PostgreSQL works in its data folder. Raises OSError where that cannot be read."""
    folder = PROC / str(pid)
    return (folder / "cwd").readlink() == cluster.resolve() and (folder / "comm").read_text().strip() == "postgres"


def processes(cluster: Path) -> list[int]:
    """The server's own and its backends', also those that outlived it; empty where a system does not tell."""
    ids = []
    for folder in PROC.glob("[0-9]*"):
        with suppress(OSError):  # it has ended, or is another user's
            if _works_in(int(folder.name), cluster):
                ids.append(int(folder.name))
    return ids


def end_processes(cluster: Path) -> bool:
    """Kill whatever runs on this folder; PostgreSQL recovers from that. Returns whether nothing is left."""
    deadline = time.monotonic() + ENDING_SECONDS
    while left := _to_end(cluster):
        for pid in left:
            with suppress(ProcessLookupError, PermissionError):
                os.kill(pid, signal.SIGKILL)
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)
    return True


def _to_end(cluster: Path) -> list[int]:
    server = running(cluster)
    return list({*processes(cluster), *([server.pid] if server else [])})


@contextmanager
def connection(url: str) -> Iterator["psycopg2.extensions.connection"]:
    """Outside of the pool, for the server's own affairs."""
    opened = psycopg2.connect(url, connect_timeout=CONNECT_SECONDS)
    opened.autocommit = True
    try:
        yield opened
    finally:
        opened.close()


def health(url: str) -> Health:
    """What the server at `url` makes of an attempt to connect."""
    try:
        with connection(url):
            return Health.ANSWERS
    except psycopg2.OperationalError as error:
        return _health(str(error))


def _health(refusal: str) -> Health:
    if "password authentication failed" in refusal:
        return Health.REFUSES
    if any(words in refusal for words in ("starting up", "recovery mode", "not yet accepting connections")):
        return Health.STARTING
    if "shutting down" in refusal or "FATAL" not in refusal:
        return Health.SILENT
    return Health.ANSWERS  # as "too many clients": whoever refuses so is well
