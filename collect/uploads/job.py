"""Do what a page has asked for: import what was uploaded, or undo an import, and then make today's list again.

A process may be killed at any moment; the next one then starts the job again. Plays are stored only once, because the
same transaction notes in the job that they are stored.
"""

import logging
import re
from collections.abc import Callable, Sequence
from pathlib import Path

from collect.exports.import_doubts import NotAgreed
from collect.exports.importing import import_files, undo
from collect.exports.remedies import for_page
from collect.exports.streaming_history import ImportReport, Listener
from collect.exports.zips import UnreadableExport
from collect.progress import ImportProgress
from collect.uploads.ending import conclude, end_failed, is_deleted
from collect.uploads.folders import UploadFolders
from collect.uploads.reporting import Stopped, StopSignal, reporting
from db.engine.connection import DatabaseUnreachable
from db.imports.imports import NoSuchImport, import_numbered
from db.imports.jobs import ImportJob, count_attempt, end_job, forgive_attempt, note_doubts, note_stored, remove_job
from people.accounts import find_numbered
from people.actors import Actor
from scratch import IMPORTS

log = logging.getLogger(__name__)
MOST_ATTEMPTS = 5
TEMPORARY = re.compile(rf"\S*/{IMPORTS}\S*")
GAVE_UP = (
    "The import was interrupted {} times, perhaps because memory or disk space ran out, and nothing was stored. Ask "
    "the person who runs this service: its log says more."
)
GONE = "The uploaded files are gone, and nothing was stored: upload them again."
UNREADABLE = "The uploaded files cannot be read ({}), and nothing was stored. Ask the person who runs this service."
FAULT = "This is a fault of the service, and nothing was stored. Its log says what happened."


def do_job(job: ImportJob, folders: UploadFolders, stop: StopSignal) -> None:
    """Needs an open connection and the account's lock for jobs. Raises DatabaseUnreachable; repeat the job then."""
    if job.import_id is not None:
        conclude(job)
    elif job.stopping:
        remove_job(job.key)
    elif count_attempt(job.key) > MOST_ATTEMPTS:
        end_job(job.key, GAVE_UP.format(MOST_ATTEMPTS))
    else:
        _try(job, lambda: _undo(job) if job.undoes is not None else _import(job, folders, stop))


def _try(job: ImportJob, work: Callable[[], None]) -> None:
    try:
        work()
    except DatabaseUnreachable:
        raise
    except FileNotFoundError:
        end_failed(job, GONE)
    except OSError as error:
        log.warning("An import for %s failed: %s", job.username, error)
        end_failed(job, UNREADABLE.format(error.strerror))
    except Exception:
        if not is_deleted(job):
            log.exception("An import for %s failed", job.username)
        end_failed(job, FAULT)


def _import(job: ImportJob, folders: UploadFolders, stop: StopSignal) -> None:
    account, folder = find_numbered(job.account_id), folders.path(job.folder or "")
    if account is None:
        return
    progress = ImportProgress(stop.check)
    listener = Listener(_agreeing(job), public_only=True, on_stored=_noting(job))
    try:
        with reporting(job.key, progress, stop):
            import_files(account, folders.files(folder.name), progress, listener,
                         keep_readable=job.keep_readable, by=Actor(account.username))  # fmt: skip
    except NotAgreed:
        return
    except Stopped:
        remove_job(job.key) if stop.by_listener else forgive_attempt(job.key)
        return
    except UnreadableExport as error:
        end_job(job.key, for_page(_without_folders(str(error), folder)))
        return
    conclude(job)


def _without_folders(sentence: str, folder: Path) -> str:
    """Remove paths from a sentence: people need not know where the service keeps files."""
    return TEMPORARY.sub("a temporary folder", re.sub(rf"{re.escape(str(folder))}/\d+/", "", sentence))


def _agreeing(job: ImportJob) -> Callable[[Sequence[str]], bool]:
    """The page asks the listener about doubts, and the import starts again once they agree."""

    def agree(doubts: Sequence[str]) -> bool:
        if not job.agreed:
            note_doubts(job.key, doubts)
        return job.agreed

    return agree


def _noting(job: ImportJob) -> Callable[[ImportReport], None]:
    def note(report: ImportReport) -> None:
        not_read = [{"name": file.name, "reason": for_page(file.reason)} for file in report.left_out]
        note_stored(job.key, report.import_id, not_read)

    return note


def _undo(job: ImportJob) -> None:
    number = job.undoes or 0
    try:
        if import_numbered(number).undone_at is None:
            undo(number, Actor(job.username))
    except NoSuchImport as error:
        end_job(job.key, str(error))
        return
    conclude(job)
