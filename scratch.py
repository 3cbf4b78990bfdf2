"""Temporary folders that are always removed: when their program ends or, if it was killed, by the next start.

Each folder holds a lock file that its program keeps locked. The system releases the lock however the program ends, so
an unlocked folder is an abandoned one.
"""

import fcntl
import os
import re
import shutil
import stat
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

IMPORTS, COUNTS = "insight-import-", "insight-counts-"
LOCK, UNLOCKED, FILES = "lock", "lock.new", "files"
A_DAY = 86_400  # seconds; no import takes that long
# Versions before 0.6.0 locked nothing: theirs are recognised by name and content.
EARLIER_IMPORT = re.compile(r"insight-import-[a-z0-9_]{8}")
EARLIER_COUNTS = re.compile(r"insight-[a-z0-9_]{8}")
UNPACKED = re.compile(r"\d+")
COUNTED = re.compile(r"[a-z_]+_(?P<pid>\d+)\.db")


@contextmanager
def scratch_folder(prefix: str) -> Iterator[Path]:
    """An empty folder for the block; abandoned folders with the same prefix are removed first."""
    remove_abandoned(prefix)
    with tempfile.TemporaryDirectory(prefix=prefix) as name:
        folder = Path(name)
        with (folder / UNLOCKED).open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            (folder / UNLOCKED).rename(folder / LOCK)  # so that no other program ever sees it unlocked
            (folder / FILES).mkdir()
            yield folder / FILES


def remove_all_abandoned() -> None:
    """Remove every folder that killed programs left behind, those of earlier versions included."""
    for prefix in (IMPORTS, COUNTS):
        remove_abandoned(prefix)
    for folder in Path(tempfile.gettempdir()).glob("insight-*"):
        with suppress(OSError):
            if _is_ours(folder) and _was_abandoned_by_an_earlier_version(folder):
                shutil.rmtree(folder)


def remove_abandoned(prefix: str) -> None:
    """Remove unlocked folders of our own. A folder without a lock file may be anybody's, so it stays."""
    for folder in Path(tempfile.gettempdir()).glob(f"{prefix}*"):
        with suppress(OSError):  # another program is removing it, or its own program is alive
            if _is_ours(folder):
                _remove_unlocked(folder)


def _is_ours(folder: Path) -> bool:
    facts = folder.lstat()
    return stat.S_ISDIR(facts.st_mode) and facts.st_uid == os.geteuid()


def _remove_unlocked(folder: Path) -> None:
    with (folder / LOCK).open("r+") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        shutil.rmtree(folder)


def _was_abandoned_by_an_earlier_version(folder: Path) -> bool:
    """Whether it holds nothing but what an earlier version puts there, and no program can still be using it."""
    content = list(folder.iterdir())
    is_private = stat.S_IMODE(folder.lstat().st_mode) == stat.S_IRWXU
    if not is_private or not all(stat.S_ISREG(file.lstat().st_mode) for file in content):
        return False
    return _is_abandoned_import(folder, content) or _is_abandoned_count(folder, content)


def _is_abandoned_import(folder: Path, content: Sequence[Path]) -> bool:
    is_import = EARLIER_IMPORT.fullmatch(folder.name) and all(UNPACKED.fullmatch(file.name) for file in content)
    return bool(is_import) and all(_is_old(path) for path in (folder, *content))


def _is_abandoned_count(folder: Path, content: Sequence[Path]) -> bool:
    """Each process of the web program counted in a file named by its id."""
    counted = [COUNTED.fullmatch(file.name) for file in content]
    is_count = bool(counted) and EARLIER_COUNTS.fullmatch(folder.name) is not None
    return is_count and all(match is not None and not _is_running(int(match["pid"])) for match in counted)


def _is_old(path: Path) -> bool:
    return path.lstat().st_mtime < time.time() - A_DAY


def _is_running(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except OSError:  # another user's process
        return True
    return True
