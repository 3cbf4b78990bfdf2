"""Import listening history for accounts, and undo imports, each with its audit line."""

from collections.abc import Sequence
from pathlib import Path

from collect.exports.streaming_history import ImportReport, Listener, import_history, undo_import
from collect.progress import ImportProgress
from db.imports.imports import StoredImport
from people.accounts import Account
from people.actors import Actor, note


def import_files(
    account: Account,
    paths: Sequence[Path],
    progress: ImportProgress,
    listener: Listener,
    *,
    keep_readable: bool,
    by: Actor | None = None,
) -> ImportReport:
    """Import all history files in `paths`. Raises UnreadableExport; nothing is stored then."""
    report = import_history(account.id, paths, progress, keep_readable=keep_readable, listener=listener)
    note("imported", account.username, by, number=report.import_id, rows=report.rows)
    return report


def undo(number: int, by: Actor | None = None) -> tuple[StoredImport, int]:
    """Undo an import; returns it and the number of reports that were deleted. Raises NoSuchImport."""
    undone, reports = undo_import(number)
    note("import-undone", undone.username, by, number=undone.id, reports=reports)
    return undone, reports
