"""Stage the files of an import, and count their rows, what became of these, and problems."""

from collections import Counter

from collect.exports.repeated_imports import NEVER_REUSED, reader
from collect.exports.row_reading import Chunk, Source
from collect.exports.rows.future_rows import IN_THE_FUTURE
from collect.progress import ImportProgress
from db.imports.imports import ImportedFile
from db.imports.staging import Staging
from music import Track

FATES = ("new", "identical", "better", "superseded", "not_music", "too_little", "malformed")


class FileReading:
    """One file of an import: counts everything, chunk by chunk."""

    PROBLEMS_SHOWN = 5

    def __init__(self, source: Source) -> None:
        self.source, self.file, self.file_no = source, source.file, source.file_no
        self.sha256 = ""
        self.fates: Counter[str] = Counter()
        self.problems: list[str] = []
        self.facts: list[Track] = []
        self.usernames: Counter[int] = Counter()  # digests, kept while this import lasts
        self.rows = 0
        self.has_future_rows = False

    def stage(self, chunk: Chunk, staging: Staging, progress: ImportProgress) -> None:
        self.rows += chunk.rows
        self.sha256 = chunk.sha256
        self.facts += chunk.facts
        self.usernames.update(dict(chunk.usernames))
        staging.stage(chunk.staged)
        staging.stage_aside(self.file_no, chunk.aside)
        for row in chunk.aside:
            self.fates[row.fate] += 1
            self.has_future_rows |= row.reason == IN_THE_FUTURE
            if len(self.problems) < self.PROBLEMS_SHOWN:
                self.problems.append(f"{self.file.name}, row {row.row_no}: {row.reason}")
        progress.advance(chunk.read_bytes, chunk.rows, chunk.plays)

    def take_over(self, earlier: ImportedFile, progress: ImportProgress) -> None:
        """Take over the counts of an earlier import of the same file, whose plays are all stored already."""
        self.rows, self.sha256 = earlier.rows, earlier.sha256
        self.fates.update({fate: earlier.fates[fate] for fate in ("not_music", "too_little", "malformed")})
        self.fates["identical"] = earlier.rows - self.fates.total()
        progress.advance(self.file.size, self.rows, 0)

    def report(self) -> ImportedFile:
        fates = {fate: self.fates[fate] for fate in FATES}
        # Read the same file again next time: by then, these rows may not be in the future any more.
        read_as = NEVER_REUSED if self.has_future_rows else reader(keep_readable=self.source.keep_readable)
        return ImportedFile(self.file.name, self.rows, fates, self.file.export_no, self.file.size, self.sha256, read_as)
