"""What was imported: every import with what became of its rows, listed, looked at and marked."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from psycopg2.extras import Json

from advice import command
from db.engine.connection import database, row, rows
from db.people.accounts import bump_data_version

IMPORTS = """
    SELECT import.id, account_id, username, import.started_at, finished_at, undone_at, shares_known, looked_at, files
    FROM import JOIN account ON account.id = account_id
"""


# Reports that undoing the import leaves, because other imports make them too: how many, and which imports.
SHARED = """
    WITH mine AS (
        SELECT range_agg(plays) AS plays FROM import_export WHERE account_id = %(account)s AND import_id = %(import)s
    ), other AS (
        SELECT import_id, range_agg(plays) * (SELECT plays FROM mine) AS plays FROM import_export
        WHERE account_id = %(account)s AND import_id <> %(import)s AND plays && (SELECT plays FROM mine)
        GROUP BY import_id
    )
    SELECT (SELECT coalesce(sum(upper(ids) - lower(ids)), 0)::bigint
            FROM (SELECT unnest(range_agg(plays)) AS ids FROM other) alike),
           coalesce((SELECT array_agg(import_id ORDER BY import_id) FROM other), '{}')
"""


class NoSuchImport(Exception):
    """There is no import of that number, or it cannot be undone; the sentence says why."""


@dataclass(frozen=True, slots=True)
class ImportedFile:
    """A file of an import; its `fates` add up to its `rows`."""

    name: str
    rows: int
    fates: dict[str, int]
    # What it is known by when it comes again: the export that it is part of, its bytes, and how it was read.
    export_no: int = 0
    bytes: int = 0
    sha256: str = ""
    reader: str = ""


@dataclass(frozen=True, slots=True)
class StoredImport:
    id: int
    account_id: int
    username: str
    started_at: datetime
    finished_at: datetime
    undone_at: datetime | None
    shares_known: bool  # whether it is known which plays it shares with other imports
    looked_at: datetime | None  # when somebody was first shown what became of its rows
    files: tuple[ImportedFile, ...]

    @property
    def rows(self) -> int:
        return sum(file.rows for file in self.files)


@dataclass(frozen=True, slots=True)
class SetAsideRow:
    """A row that became no play: the file it stands in, its position there (from 1), and why."""

    file: str
    row_no: int
    fate: str
    reason: str
    content: str  # without personal fields, at most 500 characters


def start_import(account_id: int) -> int:
    (import_id,) = row("INSERT INTO import (account_id) VALUES (%s) RETURNING id", account_id) or (0,)
    return int(import_id)


def finish_import(account_id: int, import_id: int, files: Sequence[ImportedFile]) -> None:
    kept = [asdict(file) for file in files]
    database.execute_sql(
        "UPDATE import SET finished_at = clock_timestamp(), files = %s WHERE account_id = %s AND id = %s",
        (Json(kept), account_id, import_id),
    )


def imports(account_id: int | None = None) -> list[StoredImport]:
    """All imports, of one account or of every one, the oldest first."""
    if account_id is None:
        return [_stored(found) for found in rows(IMPORTS + "ORDER BY import.id")]
    return [_stored(found) for found in rows(IMPORTS + "WHERE account_id = %s ORDER BY import.id", account_id)]


def import_numbered(import_id: int) -> StoredImport:
    """Raises NoSuchImport."""
    found = row(IMPORTS + "WHERE import.id = %s", import_id)
    if found is None:
        raise NoSuchImport(f"There is no import {import_id}: `{command('cli.py', 'imports')}` lists all there are.")
    return _stored(found)


def _stored(found: tuple[Any, ...]) -> StoredImport:
    *columns, files = found
    return StoredImport(*(*columns, tuple(ImportedFile(**file) for file in files)))


def shared_reports(stored: StoredImport) -> tuple[int, list[int]]:
    """How many reports of an import others make too, and the numbers of those."""
    values = {"account": stored.account_id, "import": stored.id}
    count, numbers = row(SHARED, **values) or (0, [])
    return int(count), list(numbers)


def look_at(stored: StoredImport) -> None:
    """Note that somebody was shown what became of the import's rows: `check` does not tell of them again."""
    if stored.looked_at is None:
        database.execute_sql(
            "UPDATE import SET looked_at = now() WHERE account_id = %s AND id = %s", (stored.account_id, stored.id)
        )
        bump_data_version(stored.account_id)


def set_aside_rows(stored: StoredImport) -> Iterator[SetAsideRow]:
    """Its rows that became no plays, in the order of the files."""
    found = rows(
        "SELECT file_no, row_no, fate, reason, content FROM set_aside_row WHERE account_id = %s AND import_id = %s "
        "ORDER BY file_no, row_no",
        stored.account_id,
        stored.id,
    )
    for file_no, *columns in found:
        yield SetAsideRow(stored.files[file_no].name, *columns)
