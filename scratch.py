"""Folders for what a program needs while it runs: gone at its end, or, where it was killed, when the next one begins.

Each holds a file that its program has locked, for as long as it lives: the system lets go of it however that ends.
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
    """An empty one for the block, beside others whose names begin so."""
    remove_abandoned(prefix)
    with tempfile.TemporaryDirectory(prefix=prefix) as made:
        folder = Path(made)
        with (folder / UNLOCKED).open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            (folder / UNLOCKED).rename(folder / LOCK)  # so that nobody ever sees it unlocked
            (folder / FILES).mkdir()
            yield folder / FILES


def remove_abandoned(prefix: str) -> None:
    """Those of our own whose programs are gone. What has no such file is somebody else's, whatever its name."""
    for folder in Path(tempfile.gettempdir()).glob(f"{prefix}*"):
        with suppress(OSError):  # somebody else removes it, or its program lives
            if _is_ours(folder):
                _remove_unlocked(folder)


def _is_ours(folder: Path) -> bool:
    facts = folder.lstat()
    return stat.S_ISDIR(facts.st_mode) and facts.st_uid == os.geteuid()


def _remove_unlocked(folder: Path) -> None:
    with (folder / LOCK).open("r+") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        shutil.rmtree(folder)
