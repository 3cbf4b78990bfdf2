"""Open and migrate the configured database, or the embedded one; keep the secret key of this installation."""

import errno
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from db.distributed.nodes import refuse_unsuitable_cluster
from db.engine.cluster import no_room
from db.engine.connection import OPTIONS, close_database, open_database
from db.engine.server import ServerError, ensure_database, local_server
from db.engine.servers import NO_OTHERS, Servers
from db.startup.migrate import migrate
from db.startup.suitability import refuse_unsuitable, refuse_unsuitable_servers


@contextmanager
def opened_database(
    url: str | None,
    data: Path,
    *,
    name: str = "insight",
    connections: int = 8,
    port: int | None = None,
    servers: Servers = NO_OTHERS,
    distributed: bool = False,
) -> Iterator[str]:
    """Open `url`, or if there is none, `name` on an embedded server under `data`; apply migrations; yield the URL.

    `port`: where the embedded server also listens, if this starts it. `servers` are others that may answer questions.
    `distributed`: `url` is the coordinator of a Citus cluster.
    Raises DatabaseUnreachable (DatabaseUnsuitable is one), DatabaseTooNew and ServerError.
    """
    if url is not None:
        refuse_unsuitable(url, OPTIONS)
        refuse_unsuitable_servers(servers, OPTIONS)
        refuse_unsuitable_cluster(url, OPTIONS, wanted=distributed)
        with _open(url, connections, servers, distributed=distributed):
            yield url
        return
    with local_server(data / "postgres", port=port) as server:
        ensure_database(server, name)
        with _open(server.url(name), connections):
            yield server.url(name)


@contextmanager
def _open(url: str, connections: int, servers: Servers = NO_OTHERS, *, distributed: bool = False) -> Iterator[None]:
    open_database(url, connections, servers)
    try:
        migrate(distributed=distributed)
        yield
    finally:
        close_database()


class SecretKeyMissing(Exception):
    """Tokens cannot be encrypted; the message says how to create a key."""


def secret_key(configured: str | None, database_url: str | None, data: Path) -> str:
    """The operator's key or, for the embedded database, one that stays on this machine. Raises SecretKeyMissing."""
    if configured:
        return configured
    if database_url:
        raise SecretKeyMissing(
            "SECRET_KEY is not set: it encrypts Spotify's tokens before they are stored. Create one with "
            "`openssl rand -hex 32`, and keep it: nothing else can decrypt them."
        )
    return _local_secret(data)


def local_key(configured: str | None, database_url: str | None, data: Path) -> Path | None:
    """The file with this installation's own key; None if SECRET_KEY or DATABASE_URL is set."""
    return None if configured or database_url else data / "secret_key"


def stored_key(path: Path) -> str | None:
    """The key in a file; None if no program has needed one yet."""
    return path.read_text().strip() if path.exists() else None


def put_key_first(path: Path, key: str) -> None:
    """Encrypt with `key` from now on; earlier keys still decrypt what they encrypted. Atomic."""
    keys = dict.fromkeys([*key.splitlines(), *(stored_key(path) or "").splitlines()])
    new = path.with_name(f"{path.name}.{os.getpid()}")
    with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        file.write("\n".join(keys))
        file.flush()
        os.fsync(file.fileno())
    new.replace(path)


def _local_secret(data: Path) -> str:
    """Raises ServerError if it cannot be stored."""
    try:
        return _stored_or_new_secret(data / "secret_key")
    except OSError as error:
        reason = no_room(data) if error.errno == errno.ENOSPC else f"{data} is not writable ({error.strerror})."
        raise ServerError(reason) from error


def _stored_or_new_secret(path: Path) -> str:
    data = path.parent
    data.mkdir(parents=True, exist_ok=True)
    if not path.exists():
        new = data / f"secret_key.{os.getpid()}"
        new.touch(mode=0o600)
        new.write_text(secrets.token_hex(32))
        with suppress(FileExistsError):
            os.link(new, path)  # atomic: the first of two programs wins
        new.unlink()
    return path.read_text().strip()
