"""The target of an export: a file that appears completely or not at all, or standard output."""

import fcntl
import glob
import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

RANDOM_LETTERS = 8  # that tempfile appends to the name


class ExportRefused(Exception):
    """Nothing was written; the message says why, and what to do."""


@contextmanager
def new_file(path: Path, *, force: bool, example: str = "history.zip") -> Iterator[IO[bytes]]:
    """A file of mode 0600 that gets its name when the block succeeds, and is deleted when it fails.

    Raises ExportRefused if `path` cannot be written, or exists and is not to be replaced (`force`). `example` is a file
    name to suggest if `path` is a folder.
    """
    _refuse_existing(path, force, example)
    try:
        _clear_leftovers(path)
        file = tempfile.NamedTemporaryFile(dir=path.parent, prefix=f".{path.name}.", delete=False)  # noqa: SIM115
        try:
            with file:
                _mark_as_in_use(file)
                yield file
                file.flush()
                os.fsync(file.fileno())
            _refuse_existing(path, force, example)  # another program may have created it meanwhile
            Path(file.name).replace(path)
        except BaseException:
            Path(file.name).unlink(missing_ok=True)
            raise
        sync_folder(path.parent)
    except OSError as error:
        raise ExportRefused(f"{path} cannot be written ({error.strerror}); nothing was left behind.") from error


def _clear_leftovers(path: Path) -> None:
    """Delete what killed writers of the same file left behind: it may contain a key. Active writers hold a lock."""
    for left in path.parent.glob(f".{glob.escape(path.name)}.{'?' * RANDOM_LETTERS}"):
        with suppress(OSError), left.open("rb") as file:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            left.unlink()


def _mark_as_in_use(file: IO[bytes]) -> None:
    with suppress(OSError):  # a file system without locks
        fcntl.flock(file, fcntl.LOCK_EX)


def _refuse_existing(path: Path, force: bool, example: str) -> None:
    if not path.parent.is_dir():
        raise ExportRefused(f"{path.parent} is not a folder: create it first, or name another one.")
    if path.exists() and not path.is_file():
        raise ExportRefused(f"{path} is not a file: name a file, such as {path / example}.")
    if path.exists() and not force:
        raise ExportRefused(f"{path} already exists: name another file, or replace it with --force.")


def sync_folder(folder: Path) -> None:
    """Make new names in a folder, or the content of a file, survive a power failure."""
    opened = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)


class _Pipe:
    """Only has `write` and `flush`, so that zipfile does not seek: standard output may be appended to a file."""

    def __init__(self, stream: IO[bytes]) -> None:
        self.write, self.flush = stream.write, stream.flush


@contextmanager
def standard_output() -> Iterator[IO[bytes]]:
    """Raises ExportRefused if the reader closes it."""
    try:
        yield _Pipe(sys.stdout.buffer)  # type: ignore[misc]
        sys.stdout.buffer.flush()
    except BrokenPipeError as error:
        # Otherwise Python would fail to write what is still buffered when it exits.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise ExportRefused("The program that was reading the export stopped before its end.") from error
