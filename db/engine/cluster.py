"""The embedded PostgreSQL's data folder: made once, whole or not at all, with the password of its superuser."""

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
        raise ServerError(f"{path} is gone, and with it the way into the database: restore it from a backup.")
    return path.read_text().strip()


def ensure_cluster(programs: Programs) -> None:
    """Raises ServerError, also where another version of PostgreSQL made the folder."""
    cluster, new = cluster_of(programs), programs.home / "cluster.new"
    if cluster.exists():
        made_by = (cluster / "PG_VERSION").read_text().strip()
        if made_by != str(programs.major):
            raise ServerError(
                f"{cluster} was made by PostgreSQL {made_by}, and here is {programs.major}: dump it with the old "
                "version and restore it into a new folder, or use the old version again. Nothing was changed."
            )
        return
    shutil.rmtree(new, ignore_errors=True)
    try:
        _make(programs, new)
    except (OSError, ServerError):
        shutil.rmtree(new, ignore_errors=True)
        raise
    new.rename(cluster)


def _make(programs: Programs, folder: Path) -> None:
    secret = programs.home / "password"
    secret.touch(mode=0o600)
    secret.write_text(secrets.token_urlsafe(32))
    programs.own(secret)
    provider = ["--locale-provider=builtin"] if programs.major >= 17 else []
    done = programs.run(
        "initdb", "-D", folder, "-U", SUPERUSER, "-A", "scram-sha-256", f"--pwfile={secret}",
        "-E", "UTF8", *provider, "--locale=C.UTF-8", "--data-checksums",
    )  # fmt: skip
    if done.returncode != 0:
        raise ServerError(_why(programs.home, done.stderr + done.stdout))


def _why(home: Path, output: str) -> str:
    if NO_ROOM in output:
        return no_room(home)
    return f"PostgreSQL cannot make its data folder in {home}: {' '.join(output.split())[-300:]}"


def no_room(folder: Path) -> str:
    return f"There is no room left on the disk of {folder}: make room, then start again. Nothing was left half done."
