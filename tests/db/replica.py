"""A real streaming replica of the tests' server."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import parse_qs, quote, urlsplit, urlunsplit

import pytest

from db.engine.postgres_binaries import Programs, find_programs
from tests.conftest import execute

CLUSTER = "replica"  # no other server of the tests has a folder of this name
PORT = "5433"


@contextmanager
def streaming_replica(server_url: str, folder: Path) -> Iterator[str]:
    """The URL of the same database on a replica that runs in `folder`, whose path must be short."""
    if "TEST_DATABASE_URL" in os.environ:
        pytest.skip("a replica needs a server that the tests have started")
    programs = find_programs(folder)
    cluster, socket = folder / CLUSTER, folder / "socket"
    socket.mkdir(mode=0o700)
    _run(programs, "pg_basebackup", "-d", server_url, "-D", str(cluster), "-X", "stream", "-c", "fast", "-R")
    shutil.rmtree(cluster / "log", ignore_errors=True)
    options = f"-c listen_addresses= -c unix_socket_directories={socket} -c port={PORT}"
    _run(programs, "pg_ctl", "-D", str(cluster), "-l", str(folder / "log"), "-w", "-o", options, "start")
    try:
        yield _url(server_url, socket)
    finally:
        _run(programs, "pg_ctl", "-D", str(cluster), "-m", "immediate", "-w", "stop")


def _run(programs: Programs, name: str, *arguments: str) -> None:
    process = programs.run(name, *arguments)
    assert process.returncode == 0, process.stderr


def _url(server_url: str, socket: Path) -> str:
    parts = urlsplit(server_url)
    assert "host" in parse_qs(parts.query)
    return urlunsplit(parts._replace(query=f"host={quote(str(socket), safe='')}&port={PORT}"))


def stop_replaying(replica_url: str) -> None:
    """From now on, the replica stays as it is."""
    execute(replica_url, "SELECT pg_wal_replay_pause()")


def go_on_replaying(replica_url: str) -> None:
    execute(replica_url, "SELECT pg_wal_replay_resume()")
