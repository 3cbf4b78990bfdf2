"""Read the files of an export into staging, row by row, keeping count of everything that does not become a play."""

import zipfile
import zlib
from collections import Counter
from collections.abc import Sequence
from typing import IO, Protocol, cast

from collect.archives import HistoryFile, UnreadableExport
from collect.export_rows import Malformed, TooLittle, content_of, read_row, track_facts
from collect.json_outline import Damaged
from collect.json_rows import Batch, read_batches
from collect.listenbrainz_rows import read_listen
from collect.repeated import Hashed, reader
from db.imports import ImportedFile
from db.staging import AsideRow, Staging
from music import Track

FATES = ("new", "identical", "better", "superseded", "not_music", "too_little", "malformed")


class Progress(Protocol):
    """Told how far an import has come."""

    def start(self, total_bytes: int) -> None: ...
    def advance(self, read_bytes: int, rows: int, plays: int) -> None: ...
    def storing(self) -> None: ...
    def stored(self, share: float) -> None: ...
    def close(self) -> None: ...


class FileReading:
    """One file on its way into staging. Where part of it is damaged: refused, or kept as far as it can be read."""

    PROBLEMS_SHOWN = 5

    def __init__(self, file: HistoryFile, file_no: int, *, keep_readable: bool) -> None:
        self.file, self.file_no, self.keep_readable = file, file_no, keep_readable
        self.sha256 = ""
        self.fates: Counter[str] = Counter()
        self.problems: list[str] = []
        self.facts: list[Track] = []
        self.rows = 0

    def stage(self, staging: Staging, progress: Progress) -> None:
        """Raises UnreadableExport."""
        try:
            with self.file.open() as stream:
                hashed = Hashed(stream)
                for batch in read_batches(cast(IO[bytes], hashed), lines=self.file.lines):
                    staged = self._stage(batch, staging)
                    progress.advance(batch.read_bytes, len(batch.values), staged)
                self.sha256 = hashed.digest()
        except (zipfile.BadZipFile, zlib.error, EOFError, OSError) as error:
            raise self._damaged(self.rows, type(error).__name__) from error

    def _stage(self, batch: Batch, staging: Staging) -> int:
        understood, aside = [], []
        read = read_listen if self.file.lines else read_row
        for row_no, value in enumerate(batch.values, start=self.rows + 1):
            try:
                understood.append((row_no, read(value)))
            except (Malformed, TooLittle) as error:
                aside.append(self._aside(row_no, value, error))
            else:
                if "insight" in value and (facts := track_facts(value)):  # type: ignore[operator] # it was readable
                    self.facts.append(facts)
        self.rows += len(batch.values)
        staging.stage(self.file.export_no, self.file_no, understood)
        self._set_aside(aside, staging)
        return len(understood)

    def _aside(self, row_no: int, value: object, error: Malformed | TooLittle) -> AsideRow:
        """Raises UnreadableExport for a damaged stretch, unless what is readable is to be kept."""
        if not isinstance(value, Damaged):
            fate = "malformed" if isinstance(error, Malformed) else "too_little"
            return AsideRow(row_no, fate, str(error), content_of(value))
        where = f"at byte {value.at_byte:,}: {value.reason}"
        if not self.keep_readable:
            raise self._damaged(row_no - 1, where)
        return AsideRow(row_no, "malformed", where, "")

    def _set_aside(self, rows: Sequence[AsideRow], staging: Staging) -> None:
        if rows:
            staging.stage_aside(self.file_no, rows)
        for row in rows:
            self.fates[row.fate] += 1
            if len(self.problems) < self.PROBLEMS_SHOWN:
                self.problems.append(f"{self.file.name}, row {row.row_no}: {row.reason}")

    def _damaged(self, rows: int, where: str) -> UnreadableExport:
        return UnreadableExport(
            f"{self.file.name} is damaged or not JSON, after row {rows:,} ({where}). Nothing was imported. Download "
            "the export again, or import it with --keep-readable: all that can be read is taken, the rest is set aside."
        )

    def take_over(self, known: ImportedFile, progress: Progress) -> None:
        """What an earlier import made of the very same file holds for this one, but that its plays are known now."""
        self.rows, self.sha256 = known.rows, known.sha256
        self.fates.update({fate: known.fates[fate] for fate in ("not_music", "too_little", "malformed")})
        self.fates["identical"] = known.rows - self.fates.total()
        progress.advance(self.file.size, self.rows, 0)

    def report(self) -> ImportedFile:
        fates = {fate: self.fates[fate] for fate in FATES}
        read_as = reader(keep_readable=self.keep_readable)
        return ImportedFile(self.file.name, self.rows, fates, self.file.export_no, self.file.size, self.sha256, read_as)
