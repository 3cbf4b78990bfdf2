"""What pages have asked for: imports of uploaded files, and undoing imports. One at a time for each account."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import msgspec
from psycopg2.extras import Json

from db.engine.connection import database, rows
from db.engine.records import record, records

JOBS = """
    SELECT account_id, import_job.id, username, folder, undoes, keep_readable, files, begun_at, received_at, attempts,
           share, rows, plays, doubts, agreed, stopping, import_id, not_read, failure, ended_at
    FROM import_job JOIN account ON account.id = account_id
"""
LATEST = f"{JOBS} WHERE account_id = %s ORDER BY import_job.id DESC LIMIT 1"
NUMBERED = f"{JOBS} WHERE account_id = %s AND import_job.id = %s"
OF_IMPORT = f"{JOBS} WHERE account_id = %s AND import_id = %s ORDER BY import_job.id LIMIT 1"
# An account that is being deleted waits for its imports, so none begins.
DUE = f"""
    {JOBS} WHERE ended_at IS NULL AND received_at IS NOT NULL AND deletion_began_at IS NULL
        AND (agreed OR stopping OR doubts = '{{}}') ORDER BY received_at, import_job.id
"""
ARRIVING = f"{JOBS} WHERE ended_at IS NULL AND received_at IS NULL"
UPLOADED = "SELECT import_id, files FROM import_job WHERE account_id = %s AND import_id IS NOT NULL"
FOLDERS = "SELECT folder FROM import_job WHERE ended_at IS NULL AND folder IS NOT NULL"
# Ended jobs are deleted before the next one, unless an import came of them. So the latest that failed stays.
FORGET = "DELETE FROM import_job WHERE account_id = %s AND ended_at IS NOT NULL AND import_id IS NULL"
BEGIN = """
    INSERT INTO import_job (account_id, folder, undoes, keep_readable, received_at)
    VALUES (%(account)s, %(folder)s, %(undoes)s, %(keep_readable)s, CASE WHEN %(folder)s IS NULL THEN now() END)
    ON CONFLICT (account_id) WHERE ended_at IS NULL DO NOTHING RETURNING id
"""
RECEIVED = """
    UPDATE import_job SET received_at = now(), files = %s, keep_readable = %s
    WHERE account_id = %s AND id = %s AND received_at IS NULL RETURNING id
"""
ATTEMPT = """
    UPDATE import_job SET attempts = attempts + 1, share = 0, rows = 0, plays = 0
    WHERE account_id = %s AND id = %s RETURNING attempts
"""
FORGIVE = "UPDATE import_job SET attempts = attempts - 1 WHERE account_id = %s AND id = %s"
PROGRESS = """
    UPDATE import_job SET share = %s, rows = %s, plays = %s
    WHERE account_id = %s AND id = %s AND ended_at IS NULL RETURNING stopping
"""
STORED = "UPDATE import_job SET import_id = %s, not_read = %s WHERE account_id = %s AND id = %s"
DOUBTS = "UPDATE import_job SET doubts = %s, attempts = 0 WHERE account_id = %s AND id = %s"
AGREE = """
    UPDATE import_job SET agreed = true
    WHERE account_id = %s AND ended_at IS NULL AND doubts <> '{}' RETURNING id
"""
STOP = "UPDATE import_job SET stopping = true WHERE account_id = %s AND ended_at IS NULL"
END = "UPDATE import_job SET ended_at = now(), share = 1, failure = %s WHERE account_id = %s AND id = %s"
REMOVE = "DELETE FROM import_job WHERE account_id = %s AND id = %s AND import_id IS NULL"
REMOVE_ARRIVING = f"{REMOVE} AND received_at IS NULL"
# Two databases on one machine must not treat each other's uploads as abandoned.
IDENTITY = """
    SELECT system_identifier || '-' || oid FROM pg_control_system(), pg_database WHERE datname = current_database()
"""


class _Uploaded(msgspec.Struct, frozen=True):
    import_id: int
    files: list[str]


class ImportJob(msgspec.Struct, frozen=True):
    """Without `ended_at` there is something left to do. `not_read`: names of files, and why they were not read."""

    account_id: int
    id: int
    username: str
    folder: str | None
    undoes: int | None
    keep_readable: bool
    files: list[str]
    begun_at: datetime
    received_at: datetime | None
    attempts: int
    share: float
    rows: int
    plays: int
    doubts: list[str]
    agreed: bool
    stopping: bool
    import_id: int | None
    not_read: Any
    failure: str
    ended_at: datetime | None

    @property
    def key(self) -> tuple[int, int]:
        return self.account_id, self.id

    @property
    def waits_for_answer(self) -> bool:
        return bool(self.doubts) and not (self.agreed or self.stopping or self.ended_at)


def latest_job(account_id: int) -> ImportJob | None:
    return record(ImportJob, LATEST, (account_id,))


def job_numbered(account_id: int, job_id: int) -> ImportJob | None:
    return record(ImportJob, NUMBERED, (account_id, job_id))


def job_of_import(account_id: int, import_id: int) -> ImportJob | None:
    """The job of an import, which has what only pages need to know; None if the import was made at a terminal."""
    return record(ImportJob, OF_IMPORT, (account_id, import_id))


def uploaded_files(account_id: int) -> dict[int, list[str]]:
    """The names of the files that were uploaded, by the number of the import."""
    return {upload.import_id: upload.files for upload in records(_Uploaded, UPLOADED, (account_id,))}


def due_jobs() -> list[ImportJob]:
    """The jobs that can be done now, in the order in which they came."""
    return records(ImportJob, DUE)


def arriving_jobs() -> list[ImportJob]:
    """Uploads whose files have not arrived."""
    return records(ImportJob, ARRIVING)


def folders_in_use() -> set[str]:
    return {folder for (folder,) in rows(FOLDERS)}


def begin_job(account_id: int, *, folder: str | None = None, undoes: int | None = None) -> int | None:
    """Begin a job; returns its number, or None if the account has one that has not ended."""
    values = {"account": account_id, "folder": folder, "undoes": undoes, "keep_readable": False}
    with database.atomic():
        database.execute_sql(FORGET, (account_id,))
        begun = rows(BEGIN, **values)
    return int(begun[0][0]) if begun else None


def files_received(key: tuple[int, int], files: Sequence[str], *, keep_readable: bool) -> bool:
    """Note that all files have arrived. False if the upload was given up meanwhile."""
    return bool(rows(RECEIVED, list(files), keep_readable, *key))


def count_attempt(key: tuple[int, int]) -> int:
    """Count an attempt at the job; returns how many there were, including this one."""
    return int(rows(ATTEMPT, *key)[0][0])


def forgive_attempt(key: tuple[int, int]) -> None:
    """Take back an attempt that ended because the program was shut down: the job did not cause that."""
    database.execute_sql(FORGIVE, key)


def report_progress(key: tuple[int, int], share: float, row_count: int, plays: int) -> bool:
    """Store the progress; returns whether the listener wants the job to stop."""
    return any(stopping for (stopping,) in rows(PROGRESS, share, row_count, plays, *key))


def note_stored(key: tuple[int, int], import_id: int, not_read: Sequence[Mapping[str, str]]) -> None:
    """Note that the import is stored, in the same transaction."""
    database.execute_sql(STORED, (import_id, Json(list(not_read)), *key))


def note_doubts(key: tuple[int, int], doubts: Sequence[str]) -> None:
    database.execute_sql(DOUBTS, (list(doubts), *key))


def agree(account_id: int) -> bool:
    """Let the account's doubtful import go on. False if none waits for that."""
    return bool(rows(AGREE, account_id))


def ask_to_stop(account_id: int) -> None:
    database.execute_sql(STOP, (account_id,))


def end_job(key: tuple[int, int], failure: str = "") -> None:
    database.execute_sql(END, (failure, *key))


def remove_job(key: tuple[int, int]) -> None:
    """Delete the job, unless its import is stored."""
    database.execute_sql(REMOVE, key)


def remove_arriving(key: tuple[int, int]) -> None:
    """Delete the job of an upload whose files have not all arrived."""
    database.execute_sql(REMOVE_ARRIVING, key)


def database_identity() -> str:
    """A text that identifies this database among all others."""
    return str(rows(IDENTITY)[0][0])
