"""The embedded PostgreSQL: the first program that needs it starts it, the last one stops it."""

import errno
import fcntl
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

import psycopg2
from psycopg2 import sql

from db.engine.cluster import SUPERUSER, cluster_of, no_room
from db.engine.failures import explained
from db.engine.postgres_binaries import Programs, ServerError, find_programs
from db.engine.postmaster import Health, Postmaster, connection, end_processes, health, health_of, running
from db.engine.server_address import choose_address
from db.engine.starting import Server, join, start, stop
from db.engine.watching import Watch, log, watched

__all__ = ["Server", "ServerError", "await_restart", "ensure_database", "local_server", "server_process"]

# PostgreSQL's own databases, in which everybody who may connect can write.
OPEN = """
    SELECT datname FROM pg_database WHERE datname IN ('postgres', 'template1')
        AND has_database_privilege('public', datname, 'CONNECT')
"""
CLOSE = sql.SQL("REVOKE CONNECT, TEMPORARY ON DATABASE {} FROM PUBLIC")
RESTART_SECONDS = 120  # how long a program waits for a server that another thread or program restarts


@contextmanager
def local_server(data: Path, *, durable: bool = True, port: int | None = None) -> Iterator[Server]:
    """A server with its data under `data`, running during the block. Raises ServerError.

    Every program that uses the server holds a shared lock, and stops the server at the end if no other program holds
    it. A killed program leaves the server running, for the next one to join and stop. Each program also monitors the
    server, and restarts it on the same address if it dies. `durable=False` is for tests.
    If it starts the server, that also listens on `port` of 127.0.0.1.
    """
    with ExitStack() as stack:
        with _writable(data):
            data.mkdir(parents=True, exist_ok=True)
            users = stack.enter_context((data / "users.lock").open("a"))
            with _alone(data):
                programs = find_programs(data)
                server = join(programs) or start(programs, choose_address(programs, port), durable=durable)
                _write_service_file(data, server)
                fcntl.flock(users, fcntl.LOCK_SH)
        try:
            with watched(_watch(data, programs, server, durable=durable)):
                yield server
        finally:
            with _alone(data):
                fcntl.flock(users, fcntl.LOCK_UN)
                with suppress(BlockingIOError):
                    fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    stop(programs)


def ensure_database(server: Server, name: str) -> None:
    """Create the database if it does not exist, and close PostgreSQL's own. Raises DatabaseUnreachable."""
    exists = (psycopg2.errors.DuplicateDatabase, psycopg2.errors.UniqueViolation)
    with explained(), connection(server.url("postgres")) as opened, opened.cursor() as cursor, suppress(*exists):
        _close_to_readers(cursor)
        cursor.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))


def _close_to_readers(cursor: psycopg2.extensions.cursor) -> None:
    """Let roles that read accounts (`sql-access`) connect only to databases of ours."""
    cursor.execute(OPEN)
    with suppress(psycopg2.errors.InternalError_):  # another program does it at the same time
        for (name,) in cursor.fetchall():
            cursor.execute(CLOSE.format(sql.Identifier(name)))


def server_process(data: Path) -> int | None:
    """The process id of the server with its data under `data`; None if none is running."""
    server = running(data / "cluster")
    return server.pid if server else None


def await_restart(url: str) -> bool:
    """Wait until a server that has ended, and is watched, answers again; False if that takes too long."""
    deadline = time.monotonic() + RESTART_SECONDS
    while health(url) is not Health.ANSWERS:
        if time.monotonic() > deadline:
            return False
        time.sleep(0.1)
    return True


@contextmanager
def _writable(data: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if error.errno == errno.ENOSPC:
            raise ServerError(no_room(data)) from error
        where = error.filename or data
        raise ServerError(f"PostgreSQL cannot store its data in {where}: {error.strerror or error}.") from error


@contextmanager
def _alone(data: Path) -> Iterator[None]:
    """Keep other programs from starting, joining or stopping the server meanwhile."""
    with (data / "start.lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _write_service_file(data: Path, server: Server) -> None:
    """Let psql and others connect with PGSERVICEFILE=…/pg_service.conf and service=insight."""
    path, new = data / "pg_service.conf", data / "pg_service.conf.new"
    text = server.address.service(SUPERUSER, server.password, "insight")
    if not path.exists() or path.read_text() != text:
        new.unlink(missing_ok=True)
        new.touch(mode=0o600)
        new.write_text(text)
        new.replace(path)


def _watch(data: Path, programs: Programs, server: Server, *, durable: bool) -> Watch:
    cluster = cluster_of(programs)

    def revive(over: threading.Event, hanging: Postmaster | None) -> None:
        with _alone(data):
            if over.is_set():
                return
            if hanging is not None and running(cluster) == hanging:  # and no other program has replaced it meanwhile
                _end_hanging(cluster, hanging)
            if not join(programs, over) and not over.is_set():
                start(programs, server.address, durable=durable)
                if hanging is None:
                    log.warning("PostgreSQL had stopped; it was restarted.")

    return Watch(
        server=lambda: running(cluster),
        health=lambda postmaster: health_of(postmaster, server.url("postgres")),
        revive=revive,
    )


def _end_hanging(cluster: Path, server: Postmaster) -> None:
    log.warning("PostgreSQL (process %d) stopped answering; it is being restarted.", server.pid)
    if not end_processes(cluster):
        raise ServerError(f"PostgreSQL (process {server.pid}) neither answers nor ends: end it, and it will restart.")
