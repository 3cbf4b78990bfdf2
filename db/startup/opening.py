"""Open the database a program was told to use, or the one this project brings along, ready to be worked with."""

import errno
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from db.engine.cluster import no_room
from db.engine.connection import OPTIONS, close_database, open_database
from db.engine.server import ServerError, ensure_database, local_server
from db.startup.migrate import migrate
from db.startup.suitability import refuse_unsuitable


@contextmanager
def opened_database(url: str | None, data: Path, *, name: str = "insight", connections: int = 8) -> Iterator[str]:
    """Open `url`, or without one `name` on an embedded server under `data`; apply migrations; yield the URL used.

    Raises DatabaseUnreachable (DatabaseUnsuitable is one), DatabaseTooNew and ServerError.
    """
    if url is not None:
        refuse_unsuitable(url, OPTIONS)
        with _open(url, connections):
            yield url
        return
    with local_server(data / "postgres") as server:
        ensure_database(server, name)
        with _open(server.url(name), connections):
            yield server.url(name)


@contextmanager
def _open(url: str, connections: int) -> Iterator[None]:
    open_database(url, connections)
    try:
        migrate()
        yield
    finally:
        close_database()


class SecretKeyMissing(Exception):
    """Tokens cannot be sealed; the sentence says how to have a key."""


def secret_key(given: str | None, database_url: str | None, data: Path) -> str:
    """The operator's key, or for the embedded database one that stays on this machine. Raises SecretKeyMissing."""
    if given:
        return given
    if database_url:
        raise SecretKeyMissing(
            "SECRET_KEY is not set: Spotify's tokens are sealed with it before they are stored. "
            "`openssl rand -hex 32` makes one; keep it, for nothing else opens them again."
        )
    return _local_secret(data)


def local_key(given: str | None, database_url: str | None, data: Path) -> Path | None:
    """The file with the key of this installation's own; None where SECRET_KEY or the database is somebody else's."""
    return None if given or database_url else data / "secret_key"


def stored_key(path: Path) -> str | None:
    """None where no program has needed one yet."""
    return path.read_text().strip() if path.exists() else None


def put_key_first(path: Path, key: str) -> None:
    """Let `key` seal from now on; those of before still open what they sealed. Whole or not at all."""
    keys = dict.fromkeys([*key.splitlines(), *(stored_key(path) or "").splitlines()])
    new = path.with_name(f"{path.name}.{os.getpid()}")
    with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        file.write("\n".join(keys))
        file.flush()
        os.fsync(file.fileno())
    new.replace(path)


def _local_secret(data: Path) -> str:
    """Raises ServerError where it cannot be kept."""
    try:
        return _kept_secret(data / "secret_key")
    except OSError as error:
        reason = no_room(data) if error.errno == errno.ENOSPC else f"{data} cannot be written to ({error.strerror})."
        raise ServerError(reason) from error


def _kept_secret(path: Path) -> str:
    data = path.parent
    data.mkdir(parents=True, exist_ok=True)
    if not path.exists():
        new = data / f"secret_key.{os.getpid()}"
        new.touch(mode=0o600)
        new.write_text(secrets.token_hex(32))
        with suppress(FileExistsError):
            os.link(new, path)  # whole or not at all, and the first of two programs wins
        new.unlink()
    return path.read_text().strip()
