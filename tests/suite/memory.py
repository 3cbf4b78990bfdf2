"""A folder in memory for a server's data, if there is enough memory.

ext4 does not reuse the inode of a file that was just deleted, and examines each of those before it creates another
file. Creating and dropping databases on it took a sixth of the time of the tests.
"""

import shutil
import stat
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

MOUNTED = Path("/proc/self/mounts")
PLENTY = 4 * 1024**3  # bytes; a server of ours takes some hundred million
EVERYBODY = stat.S_ISVTX | stat.S_IRWXU | stat.S_IRWXG | stat.S_IRWXO


@contextmanager
def folder_in_memory(otherwise: Path) -> Iterator[Path]:
    """A temporary folder in memory, or `otherwise` if there is no such file system or it is too small.

    In most containers it is too small.
    """
    memory = _memory()
    if memory is None:
        yield otherwise
        return
    with tempfile.TemporaryDirectory(prefix="insight-tests-", dir=memory) as name:
        yield Path(name)


def _memory() -> Path | None:
    mounts = [line.split() for line in MOUNTED.read_text().splitlines()] if MOUNTED.exists() else []
    return next((Path(mount[1]) for mount in mounts if mount[2] == "tmpfs" and _is_fit(Path(mount[1]))), None)


def _is_fit(folder: Path) -> bool:
    with suppress(OSError):  # another file system may be mounted over it
        for_all = stat.S_IMODE(folder.stat().st_mode) == EVERYBODY
        return for_all and shutil.disk_usage(folder).free >= PLENTY
    return False
