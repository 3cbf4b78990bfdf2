"""Start the embedded server, join one that runs, and stop it; what neither answers nor ends is ended.

Needs the lock that keeps other programs from doing the same at the same time.
"""

import shlex
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path

from db.engine.cluster import NO_ROOM, SUPERUSER, cluster_of, ensure_cluster, no_room, password_of
from db.engine.postgres_binaries import Programs, ServerError
from db.engine.postmaster import Health, end_processes, health, running
from db.engine.server_address import Address

START_SECONDS = 60  # until a server that is told to start does so
RECOVERY_SECONDS = 600  # until one that says that it is starting does: recovery after a crash takes time
SILENT_SECONDS = 30  # of one that runs and does not answer, or is shutting down; then it is ended
FAST_SECONDS, IMMEDIATE_SECONDS = 20, 10  # for an orderly shutdown, and for one that the next start recovers from
ATTEMPTS = 3
MOST_SHOWN = 300  # characters of its log, in a message
FAST_AND_LOOSE = ["-c", "fsync=off", "-c", "synchronous_commit=off", "-c", "full_page_writes=off"]


@dataclass(frozen=True)
class Server:
    """A running server on this machine. `started` is False where it ran already and was joined."""

    address: Address
    password: str = field(repr=False)
    started: bool
    note: str

    def url(self, database: str) -> str:
        return self.address.url(SUPERUSER, self.password, database)


def join(programs: Programs, over: threading.Event | None = None) -> Server | None:
    """The server that runs on this cluster already, None when there is none, or none any more.

    One that neither answers nor ends is ended. Raises ServerError.
    """
    began, cluster = time.monotonic(), cluster_of(programs)
    note = programs.note + " It was running already."
    while (postmaster := running(cluster)) and not (over and over.is_set()):
        server = Server(postmaster.address, password_of(programs), started=False, note=note)
        state, waited = health(server.url("postgres")), time.monotonic() - began
        if state is Health.ANSWERS:
            return server
        _refuse(state, waited, programs)
        if state is Health.SILENT and waited > SILENT_SECONDS and not stop(programs):
            raise ServerError(
                f"PostgreSQL (process {postmaster.pid}) neither answers nor ends: end it, then try again."
            )
        time.sleep(0.1)
    return None


def _refuse(state: Health, waited: float, programs: Programs) -> None:
    """Raises ServerError for what waiting longer, or another start, would not mend."""
    if state is Health.REFUSES:
        raise ServerError(f"PostgreSQL refuses the password in {programs.home / 'password'}: restore it from a backup.")
    if state is Health.STARTING and waited > RECOVERY_SECONDS:
        raise ServerError(
            f"PostgreSQL is still recovering; {programs.home / 'log'} says how far it is. Try again later."
        )


def start(programs: Programs, address: Address, *, durable: bool) -> Server:
    ensure_cluster(programs)
    log_file, output = programs.home / "log", ""
    for _ in range(ATTEMPTS):  # the last processes of a server that was killed may be ending still
        _clear(programs, address)
        logged = log_file.stat().st_size if log_file.exists() else 0
        options = shlex.join(address.options() + ([] if durable else FAST_AND_LOOSE))
        arguments = ("-D", cluster_of(programs), "-l", log_file, "-w", "-t", str(START_SECONDS), "-o", options, "start")
        done = programs.run("pg_ctl", *arguments)
        if done.returncode == 0 or join(programs):
            return Server(address, password_of(programs), started=True, note=programs.note)
        output = _written_since(logged, log_file) + done.stderr
        time.sleep(0.5)
    raise ServerError(_why_not(output, programs.home))


def _why_not(output: str, home: Path) -> str:
    if NO_ROOM in output:
        return no_room(home)
    end = " ".join(output[-MOST_SHOWN:].split())
    return f"PostgreSQL does not start; {home / 'log'} says why. It ends with: {end}"


def _written_since(size: int, log_file: Path) -> str:
    text = log_file.read_bytes()[size:] if log_file.exists() else b""
    return text.decode(errors="replace")


def _clear(programs: Programs, address: Address) -> None:
    """Take away what a server that was killed has left: its locks, and backends that would keep the next one out.

    PostgreSQL does so itself, unless another process, or one that nobody has waited for, has the number of the killed.
    """
    cluster = cluster_of(programs)
    end_processes(cluster)
    for left in (cluster / "postmaster.pid", *address.files()):
        left.unlink(missing_ok=True)


def stop(programs: Programs) -> bool:
    """Stop the server in order; if it does not end, at once; if it does not end then, kill it. False where it runs on.

    PostgreSQL 18 hangs for ever when it is told to stop in order while it recovers from a crash, so it is not.
    """
    cluster = cluster_of(programs)
    postmaster = running(cluster)
    if postmaster and health(postmaster.address.url(SUPERUSER, password_of(programs), "postgres")) is Health.ANSWERS:
        _tell_to_stop(programs, "fast", FAST_SECONDS)
    if running(cluster):
        _tell_to_stop(programs, "immediate", IMMEDIATE_SECONDS)
    return not running(cluster) or end_processes(cluster)


def _tell_to_stop(programs: Programs, mode: str, seconds: int) -> None:
    programs.run("pg_ctl", "-D", cluster_of(programs), "-m", mode, "-w", "-t", str(seconds), "stop")
