"""The list of imports, with the fate of their rows."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

import msgspec
from psycopg2.extras import Json

from advice import command
from db.engine.connection import database, row
from db.engine.records import record, records
from db.people.accounts import bump_data_version

IMPORTS = """
    SELECT import.id, account_id, username, import.started_at, finished_at, undone_at, shares_known, looked_at, files
    FROM import JOIN account ON account.id = account_id
"""
FINISH = "UPDATE import SET finished_at = statement_timestamp(), files = %s WHERE account_id = %s AND id = %s"
LOOK_AT = "UPDATE import SET looked_at = now() WHERE account_id = %s AND id = %s"
SET_ASIDE = """
    SELECT file_no, row_no, fate, reason, content FROM set_aside_row
    WHERE account_id = %s AND import_id = %s ORDER BY file_no, row_no
"""
# The reports that remain when the import is undone, because other imports contain them too, and the ids of those.
SHARED = """
    WITH mine AS (
        SELECT range_agg(plays) AS plays FROM import_export WHERE account_id = %(account)s AND import_id = %(import)s
    ), other AS (
        SELECT import_id, range_agg(plays) * (SELECT plays FROM mine) AS plays FROM import_export
        WHERE account_id = %(account)s AND import_id <> %(import)s AND plays && (SELECT plays FROM mine)
        GROUP BY import_id
    )
    SELECT (SELECT coalesce(sum(upper(ids) - lower(ids)), 0)::bigint
            FROM (SELECT unnest(range_agg(plays)) AS ids FROM other) alike) AS reports,
           coalesce((SELECT array_agg(import_id ORDER BY import_id) FROM other), '{}') AS imports
"""
SET_ASIDE_PAGE = """
    SELECT file_no, row_no, fate, reason, content FROM set_aside_row
    WHERE account_id = %s AND import_id = %s AND (file_no, row_no) > (%s, %s) ORDER BY file_no, row_no LIMIT %s
"""
PAGE = 2_000  # rows of at most 500 characters each


class NoSuchImport(Exception):
    """There is no import of that number, or it cannot be undone; the message says why."""


class ImportedFile(msgspec.Struct, frozen=True):
    """A file of an import; its `fates` add up to its `rows`."""

    name: str
    rows: int
    fates: dict[str, int]
    # These identify it if it is imported again: its export, size and digest, and how it was read.
    export_no: int = 0
    bytes: int = 0
    sha256: str = ""
    reader: str = ""


class _ImportRow(msgspec.Struct, frozen=True):
    id: int
    account_id: int
    username: str
    started_at: datetime
    finished_at: datetime
    undone_at: datetime | None
    shares_known: bool  # whether we know which plays it shares with other imports
    looked_at: datetime | None  # when somebody first saw the fate of its rows
    files: Any


class StoredImport(_ImportRow, frozen=True):
    files: tuple[ImportedFile, ...]

    @property
    def rows(self) -> int:
        return sum(file.rows for file in self.files)


class SetAsideRow(msgspec.Struct, frozen=True):
    """A row that did not become a play: its file, its position there (from 1), and the reason."""

    file: str
    row_no: int
    fate: str
    reason: str
    content: str  # without personal fields, at most 500 characters


class _SetAside(msgspec.Struct, frozen=True):
    file_no: int
    row_no: int
    fate: str
    reason: str
    content: str


class _SharedReports(msgspec.Struct, frozen=True):
    reports: int
    imports: list[int]


def start_import(account_id: int) -> int:
    (import_id,) = row("INSERT INTO import (account_id) VALUES (%s) RETURNING id", account_id) or (0,)
    return int(import_id)


def finish_import(account_id: int, import_id: int, files: Sequence[ImportedFile]) -> None:
    database.execute_sql(FINISH, (Json(msgspec.to_builtins(files)), account_id, import_id))


def imports(account_id: int | None = None) -> list[StoredImport]:
    """All imports, of one account or of every account, the oldest first."""
    if account_id is None:
        return _stored(records(_ImportRow, IMPORTS + "ORDER BY import.id"))
    return _stored(records(_ImportRow, IMPORTS + "WHERE account_id = %s ORDER BY import.id", (account_id,)))


def import_numbered(import_id: int) -> StoredImport:
    """Raises NoSuchImport."""
    numbered = _stored(records(_ImportRow, IMPORTS + "WHERE import.id = %s", (import_id,)))
    if not numbered:
        raise NoSuchImport(f"There is no import {import_id}: `{command('cli.py', 'imports')}` lists all imports.")
    return numbered[0]


def _stored(rows: Sequence[_ImportRow]) -> list[StoredImport]:
    return msgspec.convert(rows, list[StoredImport], from_attributes=True)


def shared_reports(stored: StoredImport) -> tuple[int, list[int]]:
    """The number of reports that an import shares with others, and the ids of those."""
    shared = record(_SharedReports, SHARED, {"account": stored.account_id, "import": stored.id})
    return (shared.reports, shared.imports) if shared else (0, [])


def look_at(stored: StoredImport) -> None:
    """Note that somebody has seen the fate of the import's rows, so that `check` does not report them again."""
    if stored.looked_at is None:
        database.execute_sql(LOOK_AT, (stored.account_id, stored.id))
        bump_data_version(stored.account_id)


def set_aside_rows(stored: StoredImport) -> Iterator[SetAsideRow]:
    """The import's rows that did not become plays, in the order of the files."""
    for aside in records(_SetAside, SET_ASIDE, (stored.account_id, stored.id)):
        yield _of_file(stored, aside)


def set_aside_page(stored: StoredImport, after: tuple[int, int]) -> tuple[list[SetAsideRow], tuple[int, int]]:
    """A page of them after `after` (the numbers of a file and a row), and where to continue; no rows at the end."""
    records_of_page = records(_SetAside, SET_ASIDE_PAGE, (stored.account_id, stored.id, *after, PAGE))
    last = (records_of_page[-1].file_no, records_of_page[-1].row_no) if records_of_page else after
    return [_of_file(stored, aside) for aside in records_of_page], last


def _of_file(stored: StoredImport, aside: _SetAside) -> SetAsideRow:
    return SetAsideRow(stored.files[aside.file_no].name, aside.row_no, aside.fate, aside.reason, aside.content)
