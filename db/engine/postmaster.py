"""The embedded server's processes: find them, check their health, and kill those that hang."""

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
ENDING_SECONDS = 10  # until a killed process has ended, which a slow disk may delay


class Health(StrEnum):
    """How a server reacts to an attempt to connect."""

    ANSWERS = "answers"
    REFUSES = "refuses"  # wrong password
    STARTING = "starting"  # or recovering from a crash, however long that takes
    STUCK = "stuck"  # it says that it is starting, but no process of it is
    SILENT = "silent"  # no answer, or it is shutting down

    @property
    def is_hanging(self) -> bool:
        """Whether it ends only if it is killed, once it has stayed so for a while."""
        return self in {Health.STUCK, Health.SILENT}


@dataclass(frozen=True)
class Postmaster:
    """The server that runs on a data folder, according to its lock file."""

    pid: int
    address: Address


def running(cluster: Path) -> Postmaster | None:
    """The server on this data folder; None if none is running, even if there is a stale lock file."""
    try:
        lines = (cluster / "postmaster.pid").read_text().splitlines()
    except OSError:
        return None
    if len(lines) < 4 or not is_server(int(lines[0]), cluster):
        return None
    folder, host = (*lines[4:6], "", "")[:2]
    address = Address(folder or host or "127.0.0.1", int(lines[3]), is_on_loopback=bool(folder and host))
    return Postmaster(int(lines[0]), address)


def is_server(pid: int, cluster: Path) -> bool:
    """Whether the process in a lock file is PostgreSQL on this folder, and not another one that reuses its id."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    if not PROC.is_dir():
        return True  # no way to tell, as on macOS: leave it to PostgreSQL
    with suppress(OSError):  # other users' processes may be unreadable
        return _works_in(pid, cluster)
    with suppress(OSError):
        return os.fsencode(cluster) in (PROC / str(pid) / "cmdline").read_bytes()
    return False


def is_frozen(pid: int) -> bool:
    """Whether a signal has stopped the process (SIGSTOP); False if the system does not say."""
    with suppress(OSError, IndexError):
        return (PROC / str(pid) / "stat").read_text().rpartition(")")[2].split()[0] == "T"
    return False


def _works_in(pid: int, cluster: Path) -> bool:
    """Whether this is a PostgreSQL process with the data folder as its working folder. Raises OSError."""
    folder = PROC / str(pid)
    return (folder / "cwd").readlink() == cluster.resolve() and (folder / "comm").read_text().strip() == "postgres"


def processes(cluster: Path) -> list[int]:
    """Ids of the server and its backends, including orphaned ones; empty on systems without /proc."""
    ids = []
    for folder in PROC.glob("[0-9]*"):
        with suppress(OSError):  # it has ended, or is another user's
            if _works_in(int(folder.name), cluster):
                ids.append(int(folder.name))
    return ids


def end_processes(cluster: Path) -> bool:
    """Kill every PostgreSQL process on this folder; PostgreSQL recovers from that. Returns whether all have ended."""
    deadline = time.monotonic() + ENDING_SECONDS
    while remaining := _remaining(cluster):
        for pid in remaining:
            with suppress(ProcessLookupError, PermissionError):
                os.kill(pid, signal.SIGKILL)
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)
    return True


def _remaining(cluster: Path) -> list[int]:
    server = running(cluster)
    return list({*processes(cluster), *([server.pid] if server else [])})


@contextmanager
def connection(url: str) -> Iterator["psycopg2.extensions.connection"]:
    """A connection outside the pool, to manage the server itself."""
    opened = psycopg2.connect(url, connect_timeout=CONNECT_SECONDS)
    opened.autocommit = True
    try:
        yield opened
    finally:
        opened.close()


def health(url: str) -> Health:
    """Try to connect to the server at `url`."""
    try:
        with connection(url):
            return Health.ANSWERS
    except psycopg2.OperationalError as error:
        return _health(str(error))


def health_of(server: Postmaster, url: str) -> Health:
    """Try to connect to a server, and look whether one that says it is starting really is.

    PostgreSQL 18 sometimes overlooks that its startup process was killed while recovering from a crash. It then refuses
    every connection for ever.
    """
    state = health(url)
    return Health.STUCK if state is Health.STARTING and not _has_startup_process(server.pid) else state


def _has_startup_process(pid: int) -> bool:
    """Whether a process of the server recovers its data; True on systems without /proc."""
    return not PROC.is_dir() or any(b"startup" in title for title in _titles_of_children(pid))


def _titles_of_children(parent: int) -> Iterator[bytes]:
    for folder in PROC.glob("[0-9]*"):
        with suppress(OSError, IndexError):  # it has ended
            if int((folder / "stat").read_text().rpartition(")")[2].split()[1]) == parent:
                yield (folder / "cmdline").read_bytes()


def _health(refusal: str) -> Health:
    if "password authentication failed" in refusal:
        return Health.REFUSES
    if any(words in refusal for words in ("starting up", "recovery mode", "not yet accepting connections")):
        return Health.STARTING
    if "shutting down" in refusal or "FATAL" not in refusal:
        return Health.SILENT
    return Health.ANSWERS  # a server that refuses otherwise, as with "too many clients", is healthy
