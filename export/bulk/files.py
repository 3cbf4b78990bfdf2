"""Where the exported files are, and how each of them appears completely or not at all."""

import fcntl
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from zlib import crc32

from export.target import ExportRefused, sync_folder

BUCKETS = 64  # of accounts: a month of one bucket is one file
LOCK, MARK = ".lock", "README.txt"
ABOUT = (
    "Plays of the listeners of an instance of Insight for Spotify, written by its bulk export.\n"
    "Accounts are numbers here, but a history tells who somebody is: keep this folder as you keep the database.\n"
)
NEW = ".new"  # the end of the name of a file that is being written
MONTH = re.compile(r"month=(\d{4,}-\d\d)")


def bucket_of(account_id: int) -> int:
    return crc32(str(account_id).encode()) % BUCKETS


def folder_of(folder: Path, bucket: int) -> Path:
    return folder / "plays" / f"bucket={bucket:02}"


def file_of(folder: Path, bucket: int, month: str) -> Path:
    return folder_of(folder, bucket) / f"month={month}" / "plays.parquet"


def months_on_disk(folder: Path, bucket: int) -> list[str]:
    """The months for which a bucket has a folder, with or without a file."""
    matches = (MONTH.fullmatch(each.name) for each in folder_of(folder, bucket).glob("month=*"))
    return sorted(match[1] for match in matches if match)


@contextmanager
def opened(folder: Path) -> Iterator[None]:
    """Create the folder if it does not exist, and keep other runs out. Raises ExportRefused."""
    _refuse_others(folder)
    try:
        folder.mkdir(mode=0o700, exist_ok=True)
        (folder / LOCK).touch(mode=0o600)
        with (folder / LOCK).open("a") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            _put_mark(folder)
            _clear_leftovers(folder)
            yield
    except BlockingIOError as error:
        raise ExportRefused(f"Another program writes {folder} at the moment.") from error
    except OSError as error:
        raise ExportRefused(
            f"{folder} cannot be written ({error.strerror}). The files in it are complete; the next run does the rest."
        ) from error


def _refuse_others(folder: Path) -> None:
    if not folder.parent.is_dir():
        raise ExportRefused(f"{folder.parent} is not a folder: create it first, or name another one.")
    if folder.exists() and not folder.is_dir():
        raise ExportRefused(f"{folder} is not a folder: name another one.")
    if folder.is_dir() and any(folder.iterdir()) and not (folder / LOCK).is_file():
        raise ExportRefused(f"{folder} has other files in it: name a new folder.")


def _put_mark(folder: Path) -> None:
    if not (folder / MARK).exists():
        with replaced(folder / MARK) as new:
            new.write_text(ABOUT)


def _clear_leftovers(folder: Path) -> None:
    """Delete what killed runs left behind: it may be about somebody who has been deleted since."""
    for left in folder.rglob(f".*{NEW}"):
        left.unlink()


@contextmanager
def replaced(path: Path) -> Iterator[Path]:
    """A path to write to. If the block succeeds, the file there replaces `path`, whose folder is created if needed."""
    _make_folder(path.parent)
    new = path.parent / f".{path.name}{NEW}"
    try:
        new.touch(mode=0o600)
        yield new
        sync_folder(new)
        new.replace(path)
    finally:
        new.unlink(missing_ok=True)
    sync_folder(path.parent)


def _make_folder(folder: Path) -> None:
    """Create it and the folders above it, all for the owner only: mkdir's mode applies to the last one alone."""
    if not folder.is_dir():
        _make_folder(folder.parent)
        folder.mkdir(mode=0o700, exist_ok=True)


def removed(path: Path) -> bool:
    """Delete a file and its folder; returns whether there was a file."""
    existed = path.exists()
    path.unlink(missing_ok=True)
    path.parent.rmdir()
    return existed
