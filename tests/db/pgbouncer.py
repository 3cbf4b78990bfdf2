"""A real PgBouncer in front of the tests' server, which pools transactions, and roles that have our settings."""

import os
import secrets
import shutil
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

import pytest

from tests.conftest import execute
from tests.suite.waiting import until

PROGRAM = shutil.which("pgbouncer") or shutil.which("pgbouncer", path="/usr/sbin:/usr/local/sbin")
SETTINGS = ("timezone = 'UTC'", "jit = off", "random_page_cost = 2", "statement_timeout = '20s'")
# Fewer connections to the server than clients have, so that they share them.
CONFIGURATION = """
[databases]
* = host={host} port={port} user={user} password={password}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = {listen}
unix_socket_dir =
auth_type = any
pool_mode = {mode}
default_pool_size = 2
logfile = {folder}/log
"""
NOT_ROOT = ("unshare", "-U", "--map-user=65534", "--map-group=65534")  # as the embedded server is run


def needs_pgbouncer() -> None:
    if PROGRAM is None:
        pytest.skip("PgBouncer is not installed here")


@contextmanager
def web_role(server_url: str, *settings: str) -> Iterator[tuple[str, str]]:
    """The name and password of a role that may read and write what ours may, with these settings."""
    name, password = f"web_{secrets.token_hex(4)}", secrets.token_hex(8)
    owner = unquote(urlsplit(server_url).username or "")
    execute(server_url, f"CREATE ROLE {name} LOGIN PASSWORD '{password}' IN ROLE \"{owner}\"")
    try:
        for setting in settings:
            execute(server_url, f"ALTER ROLE {name} SET {setting}")
        yield name, password
    finally:
        execute(server_url, f"DROP ROLE {name}")


@contextmanager
def pgbouncer(url: str, folder: Path, role: tuple[str, str], mode: str = "transaction") -> Iterator[str]:
    """The URL of the database at `url` through PgBouncer, which connects as `role`."""
    parts, listen = urlsplit(url), _free_port()
    query = parse_qs(parts.query)
    host = query["host"][0] if "host" in query else parts.hostname
    port = query["port"][0] if "port" in query else parts.port or 5432
    values = {"host": host, "port": port, "user": role[0], "password": role[1], "mode": mode, "listen": listen}
    configuration = folder / "pgbouncer.ini"
    configuration.write_text(CONFIGURATION.format(folder=folder, **values))
    command = [*(NOT_ROOT if os.geteuid() == 0 else ()), str(PROGRAM), str(configuration)]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        try:
            until(lambda: _listens(listen))
            yield f"postgresql://web@127.0.0.1:{listen}{parts.path}"
        finally:
            process.terminate()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _listens(port: int) -> bool:
    with suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
        return True
    return False
