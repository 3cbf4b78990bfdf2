"""The embedded PostgreSQL: started when the first program needs it, stopped when the last one leaves."""

import fcntl
import os
import secrets
import shutil
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import psycopg2
from psycopg2 import sql

from db.postgres_binaries import Programs, ServerError, find_programs

__all__ = ["Server", "ServerError", "ensure_database", "local_server"]

SUPERUSER = "insight"
START_SECONDS = 60  # recovery after a crash included
FAST_AND_LOOSE = " -c fsync=off -c synchronous_commit=off -c full_page_writes=off"


@dataclass(frozen=True)
class Server:
    """A running server on 127.0.0.1. `started` is False where it ran already and was joined."""

    port: int
    password: str = field(repr=False)
    started: bool
    note: str

    def url(self, database: str) -> str:
        return f"postgresql://{SUPERUSER}:{self.password}@127.0.0.1:{self.port}/{database}"


@contextmanager
def local_server(data: Path, *, durable: bool = True) -> Iterator[Server]:
    """A server with its data under `data`, for as long as the block lasts. Raises ServerError.

    Every program that uses it holds a shared lock; whoever leaves and finds no other stops it, so a program that is
    killed leaves a running server behind that the next one joins and stops. `durable=False` is for tests.
    """
    data.mkdir(parents=True, exist_ok=True)
    programs = find_programs(data)
    with (data / "users.lock").open("a") as users:
        with _alone(data):
            server = _join(programs) or _start(programs, durable=durable)
            fcntl.flock(users, fcntl.LOCK_SH)
        try:
            yield server
        finally:
            with _alone(data):
                fcntl.flock(users, fcntl.LOCK_UN)
                with suppress(BlockingIOError):
                    fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    programs.run("pg_ctl", "-D", _cluster(programs), "-m", "fast", "-w", "stop")


def ensure_database(server: Server, name: str) -> None:
    """Create the database when it is not there."""
    there = (psycopg2.errors.DuplicateDatabase, psycopg2.errors.UniqueViolation)
    with _connection(server.url("postgres")) as connection, connection.cursor() as cursor, suppress(*there):
        cursor.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))


@contextmanager
def _connection(url: str) -> Iterator["psycopg2.extensions.connection"]:
    connection = psycopg2.connect(url, connect_timeout=5)
    connection.autocommit = True
    try:
        yield connection
    finally:
        connection.close()


@contextmanager
def _alone(data: Path) -> Iterator[None]:
    """Nobody else starts, joins or leaves meanwhile."""
    with (data / "start.lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _cluster(programs: Programs) -> Path:
    return programs.home / "cluster"


def _password(programs: Programs) -> str:
    path = programs.home / "password"
    if not path.exists():
        raise ServerError(f"{path} is gone, and with it the way into the database: restore it from a backup.")
    return path.read_text().strip()


def _join(programs: Programs) -> Server | None:
    """The server that runs on this cluster already, None when there is none; a stale lock file is taken away."""
    lock = _cluster(programs) / "postmaster.pid"
    deadline = time.monotonic() + START_SECONDS
    while lock.exists():
        lines = lock.read_text().splitlines()
        if len(lines) < 4 or not _is_server(int(lines[0]), _cluster(programs)):
            lock.unlink(missing_ok=True)
            return None
        port = int(lines[3])
        if _answers(programs, port):
            return Server(port, _password(programs), started=False, note=programs.note + " It was running already.")
        if time.monotonic() > deadline:
            raise ServerError(f"PostgreSQL (process {lines[0]}) runs and does not answer; see {programs.home}/log.")
        time.sleep(0.1)
    return None


def _is_server(pid: int, cluster: Path) -> bool:
    """Whether the process of a lock file is a PostgreSQL on this cluster, and not one that has its number now."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    try:
        command = Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return True  # no /proc to ask, as on macOS: PostgreSQL itself decides
    return str(cluster).encode() in command


def _answers(programs: Programs, port: int) -> bool:
    try:
        with _connection(Server(port, _password(programs), started=False, note="").url("postgres")):
            return True
    except psycopg2.OperationalError:
        return False


def _start(programs: Programs, *, durable: bool) -> Server:
    _ensure_cluster(programs)
    log = programs.home / "log"
    said = ""
    for _ in range(5):  # another program may take the port first, or a crashed server's last processes be ending
        port = _free_port()
        options = f"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories=''"
        options += "" if durable else FAST_AND_LOOSE
        arguments = ("-D", _cluster(programs), "-l", log, "-w", "-t", str(START_SECONDS), "-o", options, "start")
        done = programs.run("pg_ctl", *arguments)
        if done.returncode == 0:
            return Server(port, _password(programs), started=True, note=programs.note)
        said = log.read_text(errors="replace")[-300:] if log.exists() else done.stderr
        time.sleep(0.5)
    raise ServerError(f"PostgreSQL does not start; {log} says why. It ends with: {said.strip()}")


def _ensure_cluster(programs: Programs) -> None:
    """Make the cluster once, whole or not at all."""
    cluster, new, secret = _cluster(programs), programs.home / "cluster.new", programs.home / "password"
    if cluster.exists():
        made_by = (cluster / "PG_VERSION").read_text().strip()
        if made_by != str(programs.major):
            raise ServerError(
                f"{cluster} was made by PostgreSQL {made_by}, and here is {programs.major}: dump it with the old "
                "version and restore it into a new folder, or use the old version again. Nothing was changed."
            )
        return
    shutil.rmtree(new, ignore_errors=True)
    secret.touch(mode=0o600)
    secret.write_text(secrets.token_urlsafe(32))
    programs.own(secret)
    provider = ["--locale-provider=builtin"] if programs.major >= 17 else []
    done = programs.run(
        "initdb", "-D", new, "-U", SUPERUSER, "-A", "scram-sha-256", f"--pwfile={secret}",
        "-E", "UTF8", *provider, "--locale=C.UTF-8", "--data-checksums",
    )  # fmt: skip
    if done.returncode != 0:
        raise ServerError(f"PostgreSQL cannot make its data folder: {done.stderr.strip()[-300:]}")
    new.rename(cluster)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
