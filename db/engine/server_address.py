"""The address of the embedded PostgreSQL: a socket in a private folder or, if that is impossible, a loopback port.

Only the owner can enter the socket's folder, so nobody else can listen there for the password after the server has
died. Anybody can listen on a port, so connections over TCP require SCRAM, which never sends the password.
"""

import hashlib
import os
import socket
import stat
import tempfile
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import psycopg2.extensions

from db.engine.postgres_binaries import Programs

SOCKET_NUMBER = 5432  # part of the socket's name; other programs assume this default
LONGEST_PATH = 103  # bytes of a socket's path: macOS takes 103, Linux 107
LOOPBACK = "127.0.0.1"
FIRST_PORT, PORTS = 20_000, 12_000  # below the ephemeral ports
REQUIRES_AUTH = 160_000  # the first libpq that supports require_auth


@dataclass(frozen=True)
class Address:
    """`host` is the socket's folder, or an IP address. `is_on_loopback`: beside the socket, a port of 127.0.0.1."""

    host: str
    port: int
    is_on_loopback: bool = False

    @property
    def is_socket(self) -> bool:
        return self.host.startswith("/")

    def url(self, user: str, password: str, database: str) -> str:
        login = f"postgresql://{quote(user, safe='')}:{quote(password, safe='')}"
        if self.is_socket:
            return f"{login}@/{database}?host={quote(self.host, safe='')}&port={self.port}"
        return f"{login}@{self.host}:{self.port}/{database}{_scram_only()}"

    def service(self, user: str, password: str, database: str) -> str:
        """A libpq service file, through which other programs can connect."""
        entry = {"host": self.host, "port": self.port, "user": user, "password": password, "dbname": database}
        if not self.is_socket:
            entry["require_auth"] = "scram-sha-256"
        return "\n".join([f"[{database}]", *(f"{name}={value}" for name, value in entry.items()), ""])

    def files(self) -> list[Path]:
        """The socket and its lock file."""
        path = f"{self.host}/.s.PGSQL.{self.port}"
        return [Path(path), Path(f"{path}.lock")] if self.is_socket else []

    def options(self) -> list[str]:
        """PostgreSQL's arguments to listen here and nowhere else."""
        folder = self.host.replace('"', '""') if self.is_socket else ""
        listening = LOOPBACK if self.is_on_loopback else "" if self.is_socket else self.host
        return [
            "-p", str(self.port),
            "-c", f"listen_addresses={listening}",
            "-c", f'unix_socket_directories="{folder}"' if folder else "unix_socket_directories=",
            "-c", "unix_socket_permissions=0700",
        ]  # fmt: skip


def choose_address(programs: Programs, port: int | None = None) -> Address:
    """The server's address, which stays the same at every start for the same data on the same machine.

    `port`: also listen on this port of 127.0.0.1, for other programs.
    """
    for folder in (programs.home / "socket", _short_folder(programs)):
        if _takes_sockets(folder, programs):
            return Address(str(folder.absolute()), port or SOCKET_NUMBER, is_on_loopback=port is not None)
    return Address(LOOPBACK, port or _stable_port(programs.home))


def _scram_only() -> str:
    return "?require_auth=scram-sha-256" if psycopg2.extensions.libpq_version() >= REQUIRES_AUTH else ""


def _digest(home: Path) -> str:
    return hashlib.sha256(os.fsencode(home.resolve())).hexdigest()


def _short_folder(programs: Programs) -> Path:
    """A folder for the socket if the path of the data is too long, or its file system cannot hold sockets."""
    return Path(tempfile.gettempdir()) / f"insight-{programs.owner}-{_digest(programs.home)[:16]}"


def _takes_sockets(folder: Path, programs: Programs) -> bool:
    """Whether the folder, created if missing, can hold a socket that nobody else can reach or replace."""
    path = folder.absolute() / f".s.PGSQL.{SOCKET_NUMBER}"
    if not hasattr(socket, "AF_UNIX") or len(os.fsencode(path)) > LONGEST_PATH or "," in str(path):
        return False
    try:
        if not folder.exists():
            folder.mkdir(mode=0o700)
            programs.own(folder)
        return _is_private(folder, programs.owner) and _holds_sockets(folder)
    except OSError:
        return False


def _is_private(folder: Path, owner: int) -> bool:
    """Whether the folder is ours alone. In /tmp, another user may have created a folder of this name."""
    entry = folder.lstat()
    return stat.S_ISDIR(entry.st_mode) and entry.st_uid == owner and not entry.st_mode & 0o077


def _holds_sockets(folder: Path) -> bool:
    path = folder / f".try.{os.getpid()}"
    with socket.socket(socket.AF_UNIX) as trial:
        path.unlink(missing_ok=True)
        trial.bind(str(path))
    path.unlink()
    return True


def _stable_port(home: Path) -> int:
    """The port of the last start if it is still free, else another one, which is remembered."""
    remembered = home / "port"
    with suppress(OSError, ValueError):
        port = int(remembered.read_text())
        if _is_free(port):
            return port
    first = int(_digest(home)[:8], 16) % PORTS
    port = next((port for step in range(100) if _is_free(port := FIRST_PORT + (first + step) % PORTS)), 0)
    remembered.write_text(f"{port}\n")
    return port


def _is_free(port: int) -> bool:
    with socket.socket() as trial:
        trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            trial.bind((LOOPBACK, port))
        except OSError:
            return False
    return True
