"""The embedded PostgreSQL: started when the first program needs it, stopped when the last one leaves."""

import errno
import fcntl
import shlex
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import psycopg2
from psycopg2 import sql

from db.cluster import NO_ROOM, SUPERUSER, cluster_of, ensure_cluster, no_room, password_of
from db.failures import explained
from db.postgres_binaries import Programs, ServerError, find_programs
from db.postmaster import Health, connection, end_processes, health, running
from db.server_address import Address, choose_address
from db.watching import Watch, log, watched

__all__ = ["Server", "ServerError", "ensure_database", "local_server"]

START_SECONDS = 60  # until a server that is told to start does so
RECOVERY_SECONDS = 600  # until one that says that it is starting does: recovery after a crash takes time
SILENT_SECONDS = 30  # of one that runs and does not answer, or is shutting down; then it is ended
FAST_SECONDS, IMMEDIATE_SECONDS = 20, 10  # for an orderly shutdown, and for one that the next start recovers from
ATTEMPTS = 3
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


@contextmanager
def local_server(data: Path, *, durable: bool = True) -> Iterator[Server]:
    """A server with its data under `data`, for as long as the block lasts. Raises ServerError.

    Every program that uses it holds a shared lock; whoever leaves and finds no other stops it, so a program that is
    killed leaves a running server behind that the next one joins and stops. Whoever uses it watches over it too, and
    starts it again on the same address when it has died. `durable=False` is for tests.
    """
    with ExitStack() as stack:
        with _writable(data):
            data.mkdir(parents=True, exist_ok=True)
            users = stack.enter_context((data / "users.lock").open("a"))
            with _alone(data):
                programs = find_programs(data)
                server = _join(programs) or _start(programs, choose_address(programs), durable=durable)
                _tell_other_programs(data, server)
                fcntl.flock(users, fcntl.LOCK_SH)
        try:
            with watched(_watch(data, programs, server, durable=durable)):
                yield server
        finally:
            with _alone(data):
                fcntl.flock(users, fcntl.LOCK_UN)
                with suppress(BlockingIOError):
                    fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    _stop(programs)


def ensure_database(server: Server, name: str) -> None:
    """Create the database when it is not there. Raises DatabaseUnreachable."""
    there = (psycopg2.errors.DuplicateDatabase, psycopg2.errors.UniqueViolation)
    with explained(), connection(server.url("postgres")) as opened, opened.cursor() as cursor, suppress(*there):
        cursor.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))


@contextmanager
def _writable(data: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if error.errno == errno.ENOSPC:
            raise ServerError(no_room(data)) from error
        where = error.filename or data
        raise ServerError(f"PostgreSQL's data cannot be kept in {where}: {error.strerror or error}.") from error


@contextmanager
def _alone(data: Path) -> Iterator[None]:
    """Nobody else starts, joins or leaves meanwhile."""
    with (data / "start.lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _tell_other_programs(data: Path, server: Server) -> None:
    """psql and others connect with PGSERVICEFILE=…/pg_service.conf and service=insight."""
    path, new = data / "pg_service.conf", data / "pg_service.conf.new"
    text = server.address.service(SUPERUSER, server.password, "insight")
    if not path.exists() or path.read_text() != text:
        new.unlink(missing_ok=True)
        new.touch(mode=0o600)
        new.write_text(text)
        new.replace(path)


def _watch(data: Path, programs: Programs, server: Server, *, durable: bool) -> Watch:
    def revive(over: threading.Event) -> None:
        with _alone(data):
            if not over.is_set() and not _join(programs, over) and not over.is_set():
                _start(programs, server.address, durable=durable)
                log.warning("PostgreSQL had ended; it was started again.")

    return Watch(
        is_there=lambda: running(cluster_of(programs)) is not None,
        health=lambda: health(server.url("postgres")),
        revive=revive,
    )


def _join(programs: Programs, over: threading.Event | None = None) -> Server | None:
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
        if state is Health.SILENT and waited > SILENT_SECONDS and not _stop(programs):
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


def _start(programs: Programs, address: Address, *, durable: bool) -> Server:
    ensure_cluster(programs)
    log_file, output = programs.home / "log", ""
    for _ in range(ATTEMPTS):  # the last processes of a server that was killed may be ending still
        _clear(programs)
        options = shlex.join(address.options() + ([] if durable else FAST_AND_LOOSE))
        arguments = ("-D", cluster_of(programs), "-l", log_file, "-w", "-t", str(START_SECONDS), "-o", options, "start")
        done = programs.run("pg_ctl", *arguments)
        if done.returncode == 0 or _join(programs):
            return Server(address, password_of(programs), started=True, note=programs.note)
        output = log_file.read_text(errors="replace")[-300:] if log_file.exists() else done.stderr
        time.sleep(0.5)
    if NO_ROOM in output:
        raise ServerError(no_room(programs.home))
    raise ServerError(f"PostgreSQL does not start; {log_file} says why. It ends with: {' '.join(output.split())}")


def _clear(programs: Programs) -> None:
    """Take away what a server that was killed has left: its lock, and backends that would keep the next one out."""
    cluster = cluster_of(programs)
    end_processes(cluster)
    (cluster / "postmaster.pid").unlink(missing_ok=True)


def _stop(programs: Programs) -> bool:
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
