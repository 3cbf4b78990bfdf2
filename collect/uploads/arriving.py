"""Files that are being uploaded: written to their folder piece by piece, within limits."""

import errno
import os
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from typing import IO

from collect.exports.archives import MOST_BYTES, MOST_FILES
from collect.uploads.background import BackgroundImports
from collect.uploads.folders import UploadFolders, safe_name
from db.imports.jobs import begin_job, files_received, latest_job, remove_arriving

RESERVE = 256 * 1024**2  # bytes that stay free on the disk, which may be the database's too
NO_ROOM = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


class UploadRefused(Exception):
    """The upload cannot go on."""


class Busy(UploadRefused):
    """Another import of the account is under way."""


class TooMuch(UploadRefused):
    """There are too many files, or they are too large together."""


class NoRoom(UploadRefused):
    """The disk would be too full."""


class Nothing(UploadRefused):
    """There is no file."""


class GivenUp(UploadRefused):
    """The listener has stopped it."""


class ArrivingUpload:
    """One account's upload. Its methods that reach the disk raise UploadRefused and OSError."""

    def __init__(self, key: tuple[int, int], folder: str, folders: UploadFolders, lock: ExitStack) -> None:
        self.key = key
        self._folder, self._folders, self._lock = folder, folders, lock
        self._names: list[str] = []
        self._file: IO[bytes] | None = None
        self._bytes = 0

    @property
    def names(self) -> Sequence[str]:
        return self._names

    def new_file(self, name: str) -> None:
        """Begin a file, to which `write` appends from now on."""
        self.end_file()
        if len(self._names) == MOST_FILES:
            raise TooMuch
        with _disk():
            self._file = self._folders.new_file(self._folder, len(self._names), name)
        self._names.append(safe_name(name))

    def write(self, content: bytes) -> None:
        if self._file is None:
            return
        self._bytes += len(content)
        if self._bytes > MOST_BYTES:
            raise TooMuch
        if self._folders.free_bytes() < RESERVE:
            raise NoRoom
        with _disk():
            self._file.write(content)

    def end_file(self) -> None:
        """End the current file, which is then safely on the disk."""
        if self._file is not None:
            with self._file, _disk():
                self._file.flush()
                os.fsync(self._file.fileno())
            self._file = None

    def complete(self, *, keep_readable: bool) -> None:
        """Have the files imported, now that all have arrived. Needs an open connection."""
        if not files_received(self.key, self._names, keep_readable=keep_readable):
            raise GivenUp

    def cancel(self) -> None:
        """Give up the upload. Needs an open connection."""
        remove_arriving(self.key)

    def close(self) -> None:
        """End the upload: from now on, a cleanup may remove files that belong to no import."""
        if self._file is not None:
            self._file.close()
        self._lock.close()


def begin_upload(imports: BackgroundImports, account_id: int) -> ArrivingUpload:
    """Begin an upload, which must be closed in any case. Needs an open connection. Raises Busy, NoRoom and OSError."""
    with ExitStack() as lock, _disk():
        folders = imports.folders
        folder = lock.enter_context(folders.arriving())
        job_id = begin_job(account_id, folder=folder)
        if job_id is None and _is_abandoned(folders, account_id):
            job_id = begin_job(account_id, folder=folder)
        if job_id is None:
            raise Busy
        return ArrivingUpload((account_id, job_id), folder, folders, lock.pop_all())


def _is_abandoned(folders: UploadFolders, account_id: int) -> bool:
    """Whether the account's upload has ended without being completed or cancelled; if so, its job is removed."""
    job = latest_job(account_id)
    if job is None or job.received_at is not None or folders.is_arriving(job.folder or ""):
        return False
    remove_arriving(job.key)
    return True


def check_room(imports: BackgroundImports, needed: int) -> None:
    """Raises TooMuch, NoRoom and OSError. Needs an open connection."""
    if needed > MOST_BYTES:
        raise TooMuch
    if imports.folders.free_bytes() < needed + RESERVE:
        raise NoRoom


@contextmanager
def _disk() -> Iterator[None]:
    """Raises NoRoom for a full disk, and other OSErrors as they are."""
    try:
        yield
    except OSError as error:
        if error.errno in NO_ROOM:
            raise NoRoom from error
        raise
