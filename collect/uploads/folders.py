"""Folders of uploaded files, which stay until their import has ended, whatever happens to the program meanwhile.

While files arrive, their folder's lock file is locked. The system releases the lock however the program ends, so an
unlocked folder of an upload that has not arrived is an abandoned one.
"""

import fcntl
import secrets
import shutil
from collections.abc import Collection, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

LOCK, UNLOCKED = "lock", "lock.new"
LONGEST_NAME = 200  # bytes; file systems take 255
MEMBERS = 3  # digits of a file's number


class UploadFolders:
    """One folder below `root` for each upload."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def path(self, name: str) -> Path:
        return self._root / name

    @contextmanager
    def arriving(self) -> Iterator[str]:
        """The name of a new folder, which is locked during the block. Raises OSError."""
        folder = self.path(secrets.token_hex(16))
        folder.mkdir(mode=0o700, parents=True)
        with (folder / UNLOCKED).open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            (folder / UNLOCKED).rename(folder / LOCK)  # so that nobody ever sees it unlocked
            yield folder.name

    def new_file(self, name: str, number: int, file_name: str) -> IO[bytes]:
        """A file that keeps its own name, because names say which files belong together. Raises OSError."""
        place = self.path(name) / f"{number:0{MEMBERS}}"
        place.mkdir()
        return (place / safe_name(file_name)).open("xb")

    def files(self, name: str) -> list[Path]:
        """The files of a folder, in the order in which they arrived."""
        return sorted(file for place in self.path(name).iterdir() if place.is_dir() for file in place.iterdir())

    def free_bytes(self) -> int:
        self._root.mkdir(mode=0o700, parents=True, exist_ok=True)
        return shutil.disk_usage(self._root).free

    def is_arriving(self, name: str) -> bool:
        """Whether somebody holds the lock of a folder."""
        with suppress(FileNotFoundError), (self.path(name) / LOCK).open("r+") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                return True
        return False

    def names(self) -> list[str]:
        return [folder.name for folder in self._root.iterdir() if folder.is_dir()] if self._root.is_dir() else []

    def remove_others(self, names: Collection[str], in_use: Collection[str]) -> None:
        """Remove those of `names` that are not in use. A folder without a lock file is just being made."""
        for name in set(names) - set(in_use):
            if (self.path(name) / LOCK).exists() and not self.is_arriving(name):
                shutil.rmtree(self.path(name), ignore_errors=True)


def safe_name(name: str) -> str:
    """What is left of a name that a browser sends: no folders, nothing unprintable, not too long, never empty."""
    base = name.replace("\\", "/").rpartition("/")[2]
    printable = "".join(letter if letter.isprintable() else "?" for letter in base).strip(". ")
    stem, dot, suffix = printable.rpartition(".")
    room = LONGEST_NAME - len(f"{dot}{suffix}".encode())
    if not stem or room < LONGEST_NAME // 2:
        return _shortened(printable, LONGEST_NAME) or "file"
    return f"{_shortened(stem, room)}{dot}{suffix}"


def _shortened(text: str, most: int) -> str:
    return text.encode()[:most].decode("utf-8", "ignore")
