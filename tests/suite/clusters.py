"""PostgreSQL data folders for the tests: `initdb` runs once, and every other folder is a copy of its result."""

import fcntl
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from db.engine.postgres_binaries import Programs

PASSWORD_FILE = "--pwfile="
SMALL = "--wal-segsize=1"  # MB; each data folder has at least two segments
Done = subprocess.CompletedProcess[str]


@contextmanager
def copied_clusters(shared: Path) -> Iterator[None]:
    """Let `initdb` copy the first data folder, which is kept in `shared` for all processes of this run."""
    run_for_real = Programs.run

    def run(programs: Programs, name: str, *arguments: str | Path) -> Done:
        if name != "initdb" or programs.user:  # another user could not read the copy
            return run_for_real(programs, name, *arguments)
        with (shared / "initdb.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            return _copied(shared / "cluster", *arguments) or _kept(
                shared / "cluster", run_for_real(programs, name, *arguments, SMALL), *arguments
            )

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(Programs, "run", run)
        yield


def _copied(made: Path, *arguments: str | Path) -> Done | None:
    """None if there is no folder to copy yet. The data holds the superuser's password, so that is copied as well."""
    if not made.exists():
        return None
    folder, password = _places(*arguments)
    shutil.copytree(made, folder)
    password.write_text(made.with_name("password").read_text())
    return subprocess.CompletedProcess([], 0, "", "")


def _kept(made: Path, done: Done, *arguments: str | Path) -> Done:
    if done.returncode == 0:
        folder, password = _places(*arguments)
        shutil.copy(password, made.with_name("password"))
        shutil.copytree(folder, made.with_name("cluster.new"))
        made.with_name("cluster.new").rename(made)
    return done


def _places(*arguments: str | Path) -> tuple[Path, Path]:
    """The data folder and the password file in `initdb`'s arguments."""
    words = [str(argument) for argument in arguments]
    (password,) = (word.removeprefix(PASSWORD_FILE) for word in words if word.startswith(PASSWORD_FILE))
    return Path(words[words.index("-D") + 1]), Path(password)
