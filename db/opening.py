"""Open the database a program was told to use, or the one this project brings along, ready to be worked with."""

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from db.connection import close_database, open_database
from db.migrate import migrate
from db.server import ensure_database, local_server


@contextmanager
def opened_database(url: str | None, data: Path, *, name: str = "insight", connections: int = 8) -> Iterator[str]:
    """Open `url`, or without one `name` on an embedded server under `data`; apply migrations; yield the URL used.

    Raises DatabaseUnreachable, DatabaseTooNew and ServerError.
    """
    if url is not None:
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


def local_secret(data: Path) -> str:
    """The key of a machine that has no SECRET_KEY: made once under `data`, readable by its owner only."""
    path = data / "secret_key"
    data.mkdir(parents=True, exist_ok=True)
    new = data / f"secret_key.{os.getpid()}"
    if not path.exists():
        new.touch(mode=0o600)
        new.write_text(secrets.token_hex(32))
        try:
            os.link(new, path)  # whole or not at all, and the first of two programs wins
        except FileExistsError:
            pass
        finally:
            new.unlink()
    return path.read_text().strip()
