"""Start the embedded server, join a running one, or stop it; kill one that hangs.

The caller holds the lock that keeps other programs from doing the same at the same time.
"""

import shlex
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path

from db.engine.cluster import NO_ROOM, SUPERUSER, cluster_of, ensure_cluster, no_room, password_of
from db.engine.postgres_binaries import Programs, ServerError
from db.engine.postmaster import Health, Postmaster, end_processes, health_of, running
from db.engine.server_address import Address

START_SECONDS = 60  # for a server to start
RECOVERY_SECONDS = 600  # for a server that reports that it is starting: recovery after a crash takes time
SILENT_SECONDS = 30  # until a server is killed that does not answer, is shutting down, or only claims to be starting
FAST_SECONDS, IMMEDIATE_SECONDS = 20, 10  # for an orderly shutdown, and for one after which the next start recovers
ATTEMPTS = 3
MOST_SHOWN = 300  # characters of the server's log in a message
FAST_AND_LOOSE = ["-c", "fsync=off", "-c", "synchronous_commit=off", "-c", "full_page_writes=off"]


@dataclass(frozen=True)
class Server:
    """A running server on this machine. `started` is False if it was already running."""

    address: Address
    password: str = field(repr=False)
    started: bool
    note: str

    def url(self, database: str) -> str:
        return self.address.url(SUPERUSER, self.password, database)


def join(programs: Programs, over: threading.Event | None = None) -> Server | None:
    """The server that is already running on this cluster; None if there is none. Kills a hanging one.

    Raises ServerError.
    """
    began, cluster = time.monotonic(), cluster_of(programs)
    seen_working = began
    note = programs.note + " It was already running."
    while (postmaster := running(cluster)) and not (over and over.is_set()):
        server = Server(postmaster.address, password_of(programs), started=False, note=note)
        state, now = health_of(postmaster, server.url("postgres")), time.monotonic()
        if state is Health.ANSWERS:
            return server
        _refuse(state, now - began, programs)
        seen_working = seen_working if state.is_hanging else now
        if now - seen_working > SILENT_SECONDS and not stop(programs):
            raise ServerError(
                f"PostgreSQL (process {postmaster.pid}) hangs and cannot be stopped: kill it, then try again."
            )
        time.sleep(0.1)
    return None


def _refuse(state: Health, waited: float, programs: Programs) -> None:
    """Raises ServerError if waiting longer, or another start, would not help."""
    if state is Health.REFUSES:
        raise ServerError(f"PostgreSQL rejects the password in {programs.home / 'password'}: restore it from a backup.")
    if state is Health.STARTING and waited > RECOVERY_SECONDS:
        raise ServerError(
            f"PostgreSQL is still recovering from a crash; {programs.home / 'log'} shows its progress. Try again later."
        )


def start(programs: Programs, address: Address, *, durable: bool) -> Server:
    ensure_cluster(programs)
    log_file, output = programs.home / "log", ""
    for _ in range(ATTEMPTS):  # the last processes of a killed server may still be ending
        _clean_up(programs, address)
        log_size = log_file.stat().st_size if log_file.exists() else 0
        options = shlex.join(address.options() + ([] if durable else FAST_AND_LOOSE))
        arguments = ("-D", cluster_of(programs), "-l", log_file, "-w", "-t", str(START_SECONDS), "-o", options, "start")
        pg_ctl = programs.run("pg_ctl", *arguments)
        if pg_ctl.returncode == 0 or join(programs):
            return Server(address, password_of(programs), started=True, note=programs.note)
        output = _written_since(log_size, log_file) + pg_ctl.stderr
        time.sleep(0.5)
    raise ServerError(_reason(output, programs.home))


def _reason(output: str, home: Path) -> str:
    if NO_ROOM in output:
        return no_room(home)
    end = " ".join(output[-MOST_SHOWN:].split())
    return f"PostgreSQL does not start; see {home / 'log'} for the reason. It ends with: {end}"


def _written_since(size: int, log_file: Path) -> str:
    text = log_file.read_bytes()[size:] if log_file.exists() else b""
    return text.decode(errors="replace")


def _clean_up(programs: Programs, address: Address) -> None:
    """Remove what a killed server left behind: its lock files, and backends that would keep the next one out.

    PostgreSQL does so itself, unless another process, or a zombie, has the id of the killed one.
    """
    cluster = cluster_of(programs)
    end_processes(cluster)
    for file in (cluster / "postmaster.pid", *address.files()):
        file.unlink(missing_ok=True)


def stop(programs: Programs) -> bool:
    """Shut the server down, at once if it takes too long, or kill it if that fails. Returns whether it has ended.

    PostgreSQL 18 hangs forever if it gets an orderly shutdown while it recovers from a crash, so that step is skipped.
    """
    cluster = cluster_of(programs)
    postmaster = running(cluster)
    if postmaster and _answers(postmaster, programs):
        _shut_down(programs, "fast", FAST_SECONDS)
    if running(cluster):
        _shut_down(programs, "immediate", IMMEDIATE_SECONDS)
    return not running(cluster) or end_processes(cluster)


def _answers(postmaster: Postmaster, programs: Programs) -> bool:
    url = postmaster.address.url(SUPERUSER, password_of(programs), "postgres")
    return health_of(postmaster, url) is Health.ANSWERS


def _shut_down(programs: Programs, mode: str, seconds: int) -> None:
    programs.run("pg_ctl", "-D", cluster_of(programs), "-m", mode, "-w", "-t", str(seconds), "stop")
