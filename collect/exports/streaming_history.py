"""Import exported listening history: every row is read once and accounted for, without a call to Spotify.

Everything that an import stores appears at once, at its end: an import that is stopped leaves no plays behind, and can
be repeated. Meanwhile, collectors store plays, and answers do not change.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import groupby
from pathlib import Path

from collect.exports.archives import Findings, HistoryFile, LeftOut, look_through
from collect.exports.export_coverage import file_sets
from collect.exports.import_doubts import NotAgreed, find_doubts
from collect.exports.own_coverage import stated_coverage, stated_in_all
from collect.exports.readers import read_files
from collect.exports.reading_files import FATES, FileReading
from collect.exports.repeated_imports import Repeated, find_repeated, reader
from collect.exports.row_reading import Source
from collect.exports.rows.future_rows import MARGIN
from collect.exports.unusable_imports import refuse_useless
from collect.period_sums import sum_up
from collect.progress import ImportProgress
from db.engine.connection import connected, database
from db.engine.locks import import_lock, names_lock, wait_for_plays_lock
from db.engine.planning import despite_old_statistics
from db.imports.catalogue import repeat_reported_names, save_reported_names, save_staged_music, tracks_named_by
from db.imports.imports import ImportedFile, NoSuchImport, StoredImport, finish_import, import_numbered, start_import
from db.imports.plays import (
    Export,
    Span,
    fates,
    moved_fates,
    prepare_plays,
    refresh_statistics,
    repeat_export,
    store_export,
    store_set_aside,
    stored_span,
)
from db.imports.staging import Staging, staging
from db.imports.undo import take_back
from db.library.contents import refresh_library
from db.library.exclusions import apply_exclusions
from db.people.accounts import bump_data_version
from db.plays.matching import settle_plays
from db.plays.variants import resolve_after_import
from db.webhooks.outbox import record_event
from scratch import IMPORTS, scratch_folder

GROWING = ("play", "track", "account_track")  # tables to which an import adds as many rows as it has
Agree = Callable[[Sequence[str]], bool]  # from doubts about whose listening it is to whether it is imported anyway


@dataclass(frozen=True, slots=True)
class ImportReport:
    import_id: int
    files: tuple[ImportedFile, ...]
    problems: tuple[str, ...]  # the first rows of each file that were set aside, with reasons
    left_out: tuple[LeftOut, ...] = ()  # files that were not read, with reasons

    @property
    def rows(self) -> int:
        return sum(file.rows for file in self.files)

    @property
    def fates(self) -> dict[str, int]:
        return {fate: sum(file.fates[fate] for file in self.files) for fate in FATES}


def ignore_report(_: ImportReport) -> None:
    """For imports that nobody waits for."""


@dataclass(frozen=True, slots=True)
class Listener:
    """The person who waits for an import.

    An import without a usable row is refused, and `agree` decides about doubts. `public_only`: the person must not
    learn what private accounts have played. `on_stored` runs in the transaction that stores the import.
    """

    agree: Agree
    public_only: bool = False
    on_stored: Callable[[ImportReport], None] = ignore_report


def import_history(
    account_id: int,
    paths: Sequence[Path],
    progress: ImportProgress,
    *,
    keep_readable: bool = False,
    listener: Listener | None = None,
) -> ImportReport:
    """Import all history files in `paths` for an account; a damaged file prevents that unless `keep_readable` is set.

    Raises UnreadableExport; nothing is stored then.
    """
    with scratch_folder(IMPORTS) as scratch:
        return _import(account_id, look_through(paths, scratch), progress, keep_readable, listener)


def _import(
    account_id: int, findings: Findings, progress: ImportProgress, keep_readable: bool, listener: Listener | None
) -> ImportReport:
    latest = datetime.now(UTC) + MARGIN
    readings = [FileReading(Source(file, number, keep_readable, latest)) for number, file in enumerate(findings.files)]
    progress.start(sum(file.size for file in findings.files))
    with connected(), import_lock(account_id), staging() as places:
        parts = _exports(account_id, readings, findings.coverage)
        _read(parts, places, progress)
        if listener is not None:
            refuse_useless(readings, findings.left_out)
            _settle_doubts(account_id, readings, listener)
        with names_lock():
            save_staged_music(track for reading in readings for track in reading.facts)
            with database.atomic():
                report = _store(account_id, parts, findings.left_out, progress)
                if listener is not None:
                    listener.on_stored(report)
        refresh_statistics(report.rows)
        sum_up(account_id, datetime.now(UTC))
        return report


def _settle_doubts(account_id: int, readings: Sequence[FileReading], listener: Listener) -> None:
    """Raises NotAgreed."""
    doubts = find_doubts(account_id, readings, public_only=listener.public_only)
    if doubts and not listener.agree(doubts):
        raise NotAgreed("Nothing was imported. To import it anyway, add --yes.")


@dataclass(frozen=True, slots=True)
class _Part:
    """The files of one export, and the earlier import of the very same export, if any."""

    export: Export
    readings: tuple[FileReading, ...]
    repeated: Repeated | None

    def store(self, account_id: int, import_id: int) -> Iterator[float]:
        """Yields the share of the work that is done."""
        if self.repeated is None:
            yield from store_export(account_id, import_id, self.export)
        else:
            earlier = (self.repeated.import_id, self.repeated.export_no)
            numbers = [number for number, _ in self.repeated.files]
            file_nos = dict(zip([reading.file_no for reading in self.readings], numbers, strict=True))
            repeat_export(account_id, import_id, self.export, earlier, file_nos)
            repeat_reported_names(account_id, import_id, self.export.export_no, earlier)


def _read(parts: Sequence[_Part], places: Staging, progress: ImportProgress) -> None:
    """Raises UnreadableExport."""
    for part in parts:
        if part.repeated is not None:
            for reading, (_, earlier) in zip(part.readings, part.repeated.files, strict=True):
                reading.take_over(earlier, progress)
    unread = {reading.file_no: reading for part in parts if part.repeated is None for reading in part.readings}
    with closing(read_files([reading.source for reading in unread.values()])) as chunks:
        for file_no, chunk in chunks:
            unread[file_no].stage(chunk, places, progress)


def _exports(account_id: int, readings: Sequence[FileReading], coverage: Sequence[HistoryFile]) -> list[_Part]:
    """The exports that the files belong to, each with the sets of files that cover time together.

    Raises UnreadableExport.
    """
    parts = []
    by_export = sorted(readings, key=lambda reading: reading.file.export_no)
    for export_no, group in groupby(by_export, key=lambda reading: reading.file.export_no):
        files = tuple(group)
        stated = stated_coverage(file for file in coverage if file.export_no == export_no)
        covering = file_sets([(reading.file_no, reading.file) for reading in files], stated)
        read_as = reader(keep_readable=files[0].source.keep_readable)
        repeated = find_repeated(account_id, [reading.file for reading in files], read_as)
        parts.append(_Part(Export(export_no, covering, stated_in_all(stated)), files, repeated))
    return parts


def _store(
    account_id: int, parts: Sequence[_Part], left_out: Sequence[LeftOut], progress: ImportProgress
) -> ImportReport:
    """In the caller's transaction."""
    import_id = start_import(account_id)
    prepare_plays(account_id)
    progress.storing()
    for done, part in enumerate(parts):
        for share in part.store(account_id, import_id):
            progress.stored((done + share) / len(parts))
    readings = {reading.file_no: reading for part in parts for reading in part.readings}
    with despite_old_statistics(sum(reading.rows for reading in readings.values()), *GROWING):
        _decide(account_id, import_id, readings)
    files = tuple(reading.report() for _, reading in sorted(readings.items()))
    finish_import(account_id, import_id, files)
    bump_data_version(account_id)
    problems = tuple(problem for _, reading in sorted(readings.items()) for problem in reading.problems)
    report = ImportReport(import_id, files, problems, tuple(left_out))
    record_event(account_id, "import", {"number": import_id, "rows": report.rows, "fates": report.fates})
    return report


def _decide(account_id: int, import_id: int, readings: Mapping[int, FileReading]) -> None:
    """Decide which reports count after the import's are stored, and the fate of each of its rows."""
    store_set_aside(account_id, import_id)
    save_reported_names(account_id, import_id)
    resolve_after_import(account_id, import_id)
    for fate in fates(account_id):
        readings[fate.file_no].fates[fate.fate] += fate.rows
    span = stored_span()
    wait_for_plays_lock(account_id)  # from here on, collectors wait, but only for moments
    _settle(account_id, span, tracks_named_by(account_id, import_id))
    for change in moved_fates(account_id):
        readings[change.file_no].fates[change.before] -= change.rows
        readings[change.file_no].fates[change.after] += change.rows


def _settle(account_id: int, span: Span | None, tracks: Sequence[int] | None) -> None:
    """Settle what changed. Without a span of plays, the names of `tracks` (None: any) may still have changed."""
    if span:
        settle_plays(account_id, span.start, span.end, tracks)
    elif refresh_library(account_id, tracks):
        apply_exclusions(account_id)


def undo_import(import_id: int) -> tuple[StoredImport, int]:
    """Undo an import, as if it had never happened. Returns the import, and the number of reports that were removed.

    Raises NoSuchImport.
    """
    with connected():
        account_id = import_numbered(import_id).account_id
        with import_lock(account_id), database.atomic():
            stored = import_numbered(import_id)
            _refuse_undoing(stored)
            wait_for_plays_lock(account_id)
            span = take_back(account_id, import_id)
            _settle(account_id, span, None)
            bump_data_version(account_id)
        sum_up(account_id, datetime.now(UTC))
    return stored, span.plays if span else 0


def _refuse_undoing(stored: StoredImport) -> None:
    if stored.undone_at is not None:
        raise NoSuchImport(f"Import {stored.id} has been undone already, at {stored.undone_at:%Y-%m-%d %H:%M} UTC.")
    if not stored.shares_known:
        raise NoSuchImport(
            f"Import {stored.id} cannot be undone: the version that made it did not keep which plays it shares with "
            "other imports."
        )
