"""The embedded PostgreSQL's data folder: created once, atomically, with its superuser's password."""

import secrets
import shutil
from pathlib import Path

from db.engine.postgres_binaries import Programs, ServerError

SUPERUSER = "insight"
NO_ROOM = "No space left on device"


def cluster_of(programs: Programs) -> Path:
    return programs.home / "cluster"


def password_of(programs: Programs) -> str:
    """Raises ServerError."""
    path = programs.home / "password"
    if not path.exists():
        raise ServerError(f"{path} is missing. The database cannot be opened without it: restore it from a backup.")
    return path.read_text().strip()


def ensure_cluster(programs: Programs) -> None:
    """Raises ServerError, also if another version of PostgreSQL created the folder."""
    cluster, new = cluster_of(programs), programs.home / "cluster.new"
    if cluster.exists():
        version = (cluster / "PG_VERSION").read_text().strip()
        if version != str(programs.major):
            raise ServerError(
                f"{cluster} was created by PostgreSQL {version}, but this is version {programs.major}: dump it with "
                "the old version and restore it into a new folder, or use the old version again. Nothing was changed."
            )
        return
    shutil.rmtree(new, ignore_errors=True)
    try:
        _create(programs, new)
    except (OSError, ServerError):
        shutil.rmtree(new, ignore_errors=True)
        raise
    new.rename(cluster)


def _create(programs: Programs, folder: Path) -> None:
    secret = programs.home / "password"
    secret.touch(mode=0o600)
    secret.write_text(secrets.token_urlsafe(32))
    programs.own(secret)
    provider = ["--locale-provider=builtin"] if programs.major >= 17 else []
    initdb = programs.run(
        "initdb", "-D", folder, "-U", SUPERUSER, "-A", "scram-sha-256", f"--pwfile={secret}",
        "-E", "UTF8", *provider, "--locale=C.UTF-8", "--data-checksums",
    )  # fmt: skip
    if initdb.returncode != 0:
        raise ServerError(_reason(programs.home, initdb.stderr + initdb.stdout))


def _reason(home: Path, output: str) -> str:
    if NO_ROOM in output:
        return no_room(home)
    return f"PostgreSQL cannot create its data folder in {home}: {' '.join(output.split())[-300:]}"


def no_room(folder: Path) -> str:
    return f"The disk that holds {folder} is full: free some space, then start again. Nothing was left half done."
