"""The target of an export into a folder, which appears completely or not at all."""

import fcntl
import glob
import os
import re
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from export.target import RANDOM_LETTERS, ExportRefused, sync_folder

OURS = re.compile(r"year=[0-9]{4}")  # the folders in an export, which may be replaced


@contextmanager
def new_folder(path: Path, *, force: bool) -> Iterator[Path]:
    """Yield an empty folder of mode 0700, which gets its name if the block succeeds, and is deleted otherwise.

    Raises ExportRefused if `path` cannot be written, or exists and is not to be replaced: only with `force`, and only
    if it is an earlier export.
    """
    _refuse_existing(path, force)
    try:
        _clear_leftovers(path)
        made = Path(tempfile.mkdtemp(dir=path.parent, prefix=f".{path.name}."))
        try:
            with _in_use(made):
                yield made
                _sync(made)
            _refuse_existing(path, force)  # another program may have created it meanwhile
            _put(made, path)
        except BaseException:
            shutil.rmtree(made, ignore_errors=True)
            raise
        sync_folder(path.parent)
    except OSError as error:
        raise ExportRefused(f"{path} cannot be written ({error.strerror}); nothing was left behind.") from error


def _put(made: Path, path: Path) -> None:
    """Move a folder to its path. It cannot replace one that has content, so the old one makes way first."""
    if not path.exists():
        made.rename(path)
        return
    old = Path(tempfile.mkdtemp(dir=path.parent, prefix=f".{path.name}."))
    path.rename(old)
    try:
        made.rename(path)
    except OSError:
        old.rename(path)
        raise
    shutil.rmtree(old, ignore_errors=True)


def _clear_leftovers(path: Path) -> None:
    """Delete what killed writers of the same folder left behind. Active writers hold a lock."""
    for left in path.parent.glob(f".{glob.escape(path.name)}.{'?' * RANDOM_LETTERS}"):
        if left.is_dir():
            with suppress(OSError), _in_use(left):
                shutil.rmtree(left)


@contextmanager
def _in_use(folder: Path) -> Iterator[None]:
    """Raises BlockingIOError if another program writes there."""
    opened = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(opened, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    finally:
        os.close(opened)


def _sync(folder: Path) -> None:
    for file in folder.rglob("*"):
        sync_folder(file)
    sync_folder(folder)


def _refuse_existing(path: Path, force: bool) -> None:
    if not path.parent.is_dir():
        raise ExportRefused(f"{path.parent} is not a folder: create it first, or name another one.")
    if not path.exists():
        return
    if not path.is_dir() or not all(OURS.fullmatch(each.name) for each in path.iterdir()):
        raise ExportRefused(f"{path} exists, but is not a Parquet export: choose another folder.")
    if not force:
        raise ExportRefused(f"{path} already exists: name another folder, or replace it with --force.")
