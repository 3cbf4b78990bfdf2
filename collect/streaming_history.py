"""Import Spotify's exported streaming history: every row read once, every row accounted for, no call to Spotify.

One import is one transaction: stopped at any moment it leaves nothing behind, and run again it starts anew.
"""

import codecs
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import IO, Any, Protocol

import ijson

from collect.archives import HistoryFile, UnreadableExport, find_history
from collect.export_rows import Malformed, TooLittle, read_row
from db.accounts import bump_data_version
from db.connection import connected, database
from db.history_import import finish_import, start_import, store_staged
from db.locks import wait_for_account_lock
from db.staging import StagedRow, create_staging, stage

FATES = ("new", "identical", "better", "superseded", "not_music", "too_little", "malformed")
BATCH = 5_000  # rows copied at a time: a few megabytes, however long the file is


class Progress(Protocol):
    """Told how far an import has come."""

    def start(self, total_bytes: int) -> None: ...
    def advance(self, read_bytes: int, rows: int) -> None: ...
    def storing(self) -> None: ...


@dataclass(frozen=True, slots=True)
class FileReport:
    name: str
    rows: int
    fates: dict[str, int]  # every fate of FATES; they add up to rows
    problems: tuple[str, ...]  # the first few rows that were set aside, and why


@dataclass(frozen=True, slots=True)
class ImportReport:
    import_id: int
    files: tuple[FileReport, ...]

    @property
    def rows(self) -> int:
        return sum(file.rows for file in self.files)

    @property
    def fates(self) -> dict[str, int]:
        return {fate: sum(file.fates[fate] for file in self.files) for fate in FATES}


def import_history(account_id: int, paths: Sequence[Path], progress: Progress) -> ImportReport:
    """Import all history files in `paths` for an account. Raises UnreadableExport; nothing is stored then."""
    files = find_history(paths)
    progress.start(sum(file.size for file in files))
    with connected(), database.atomic():
        wait_for_account_lock(account_id)
        import_id = start_import(account_id)
        create_staging()
        readings = [_Reading(file, number, progress).stage() for number, file in enumerate(files)]
        progress.storing()
        for file_no, fate, count in store_staged(account_id, import_id):
            readings[file_no].fates[fate] += count
        report = ImportReport(import_id, tuple(reading.report() for reading in readings))
        finish_import(account_id, import_id, [_kept(file) for file in report.files])
        bump_data_version(account_id)
    return report


def _kept(file: FileReport) -> dict[str, Any]:
    return {"name": file.name, "rows": file.rows, "fates": file.fates}


class _Reading:
    """One file on its way into staging."""

    PROBLEMS_SHOWN = 5

    def __init__(self, file: HistoryFile, file_no: int, progress: Progress) -> None:
        self.file, self.file_no, self.progress = file, file_no, progress
        self.fates: Counter[str] = Counter()
        self.problems: list[str] = []
        self.rows = 0

    def stage(self) -> "_Reading":
        try:
            with self.file.open() as stream:
                counted = _CountedStream(stream)
                rows = self._understood(counted)
                while batch := list(islice(rows, BATCH)):
                    stage(self.file.export_no, self.file_no, batch)
                    self.progress.advance(counted.take(), len(batch))
                self.progress.advance(counted.take(), 0)
        except (ijson.JSONError, zipfile.BadZipFile, zlib.error, EOFError, OSError) as error:
            raise UnreadableExport(
                f"{self.file.name} cannot be read after row {self.rows} ({type(error).__name__}): it is damaged or not "
                "JSON. Nothing was imported; download the export again, or leave this file out."
            ) from error
        return self

    def _understood(self, stream: "_CountedStream") -> Iterator[tuple[int, StagedRow]]:
        stream.expect_array()
        for self.rows, row in enumerate(ijson.items(stream, "item", use_float=True), start=1):
            try:
                yield self.rows, read_row(row)
            except Malformed as error:
                self._set_aside("malformed", error)
            except TooLittle as error:
                self._set_aside("too_little", error)

    def _set_aside(self, fate: str, error: Exception) -> None:
        self.fates[fate] += 1
        if len(self.problems) < self.PROBLEMS_SHOWN:
            self.problems.append(f"{self.file.name}, row {self.rows}: {error}")

    def report(self) -> FileReport:
        fates = {fate: self.fates[fate] for fate in FATES}
        return FileReport(self.file.name, self.rows, fates, tuple(self.problems))


class _CountedStream:
    """Bytes on their way to the parser: without a byte order mark, and counted for the progress bar."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream, self._ahead, self._read = stream, b"", 0

    def expect_array(self) -> None:
        """Raises ijson.JSONError unless a JSON array begins here: other JSON would be read as no rows at all."""
        start = self._stream.read(64)
        self._ahead = start.removeprefix(codecs.BOM_UTF8)
        if not self._ahead.lstrip().startswith(b"["):
            raise ijson.JSONError("not a JSON array")

    def read(self, size: int) -> bytes:
        if size == 0:  # the parser asks so, to learn that it gets bytes and not text
            return b""
        data = self._ahead or self._stream.read(size)
        self._ahead = b""
        self._read += len(data)
        return data

    def take(self) -> int:
        """Bytes read since this was asked last."""
        read, self._read = self._read, 0
        return read
