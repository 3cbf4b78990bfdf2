"""End a job: make the current lists again, or store a sentence for the page."""

import logging
from datetime import UTC, datetime

from db.engine.connection import DatabaseUnreachable
from db.imports.imports import import_numbered
from db.imports.jobs import ImportJob, end_job, job_numbered
from people.accounts import find_numbered
from recommend.nightly import listening_day, recommend_all

log = logging.getLogger(__name__)


def conclude(job: ImportJob) -> None:
    """Make the current lists again, because plays have changed."""
    try:
        _renew_lists(job.account_id)
    except DatabaseUnreachable:
        raise
    except Exception:
        if not is_deleted(job):
            log.exception("Making a list for %s after an import failed", job.username)
    end_job(job.key)


def _renew_lists(account_id: int) -> None:
    account = find_numbered(account_id)
    if account is not None:
        list(recommend_all(account, listening_day(datetime.now(UTC), account.time_zone), rebuild=True))


def end_failed(job: ImportJob, sentence: str) -> None:
    """End with this sentence, unless the import was stored before the failure: then it counts as done."""
    if _is_stored(job):
        conclude(job)
    else:
        end_job(job.key, sentence)


def is_deleted(job: ImportJob) -> bool:
    """Whether its account was deleted meanwhile: then a failure matters to nobody."""
    return find_numbered(job.account_id) is None


def _is_stored(job: ImportJob) -> bool:
    """Whether the import, or the undoing, has been committed."""
    if job.undoes is not None and not is_deleted(job):
        return import_numbered(job.undoes).undone_at is not None
    current = job_numbered(*job.key)
    return current is not None and current.import_id is not None
