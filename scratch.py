"""Temporary folders that a program removes at its end or, if it was killed, the next program at its start.

Each contains a file that its program keeps locked; the system releases the lock however the program ends.
"""

import fcntl
import os
import shutil
import stat
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

LOCK, UNLOCKED, FILES = "lock", "lock.new", "files"


@contextmanager
def scratch_folder(prefix: str) -> Iterator[Path]:
    """Provide an empty folder during the block; first removes abandoned ones with the same prefix."""
    remove_abandoned(prefix)
    with tempfile.TemporaryDirectory(prefix=prefix) as path:
        folder = Path(path)
        with (folder / UNLOCKED).open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            (folder / UNLOCKED).rename(folder / LOCK)  # so that it never exists without its lock
            (folder / FILES).mkdir()
            yield folder / FILES


def remove_abandoned(prefix: str) -> None:
    """Remove our folders whose programs have ended. A folder without a lock file is not ours, whatever its name."""
    for folder in Path(tempfile.gettempdir()).glob(f"{prefix}*"):
        with suppress(OSError):  # another program removes it, or its own is still running
            if _is_ours(folder):
                _remove_unlocked(folder)


def _is_ours(folder: Path) -> bool:
    facts = folder.lstat()
    return stat.S_ISDIR(facts.st_mode) and facts.st_uid == os.geteuid()


def _remove_unlocked(folder: Path) -> None:
    with (folder / LOCK).open("r+") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        shutil.rmtree(folder)
