"""Where an export goes: a file that appears whole or not at all, or standard output."""

import fcntl
import glob
import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

RANDOM_LETTERS = 8  # that tempfile puts behind the name


class ExportRefused(Exception):
    """Nothing was written; the sentence says why, and what would be right."""


@contextmanager
def new_file(path: Path, *, force: bool, example: str = "history.zip") -> Iterator[IO[bytes]]:
    """A file of mode 0600 that takes its name when the block ends well, and is gone when it does not.

    Raises ExportRefused where `path` cannot be written, or exists: `force` replaces it, if it is a file;
    `example` is a name to advise where it is a folder.
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
            _refuse_existing(path, force, example)  # somebody else may have been as quick
            Path(file.name).replace(path)
        except BaseException:
            Path(file.name).unlink(missing_ok=True)
            raise
        _sync_folder(path.parent)
    except OSError as error:
        raise ExportRefused(f"{path} cannot be written ({error.strerror}); nothing was left behind.") from error


def _clear_leftovers(path: Path) -> None:
    """What writers of the same file left when they were killed: it may hold a key. Those who write hold a lock."""
    for left in path.parent.glob(f".{glob.escape(path.name)}.{'?' * RANDOM_LETTERS}"):
        with suppress(OSError), left.open("rb") as file:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            left.unlink()


def _mark_as_in_use(file: IO[bytes]) -> None:
    with suppress(OSError):  # a file system without locks
        fcntl.flock(file, fcntl.LOCK_EX)


def _refuse_existing(path: Path, force: bool, example: str) -> None:
    if not path.parent.is_dir():
        raise ExportRefused(f"{path.parent} is not a folder: make it first, or name another.")
    if path.exists() and not path.is_file():
        raise ExportRefused(f"{path} is not a file: name one, such as {path / example}.")
    if path.exists() and not force:
        raise ExportRefused(f"{path} exists: name another file, or replace it with --force.")


def _sync_folder(folder: Path) -> None:
    """The new name outlives a loss of power too."""
    opened = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)


class _Pipe:
    """Can only be written to, so that a zip is made without going back: what is appended to cannot be rewritten."""

    def __init__(self, stream: IO[bytes]) -> None:
        self.write, self.flush = stream.write, stream.flush


@contextmanager
def standard_output() -> Iterator[IO[bytes]]:
    """Raises ExportRefused when its reader goes away."""
    try:
        yield _Pipe(sys.stdout.buffer)  # type: ignore[misc]
        sys.stdout.buffer.flush()
    except BrokenPipeError as error:
        # What is still buffered would be written, and complained about, when Python ends.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise ExportRefused("Whoever was reading the export stopped before its end.") from error
