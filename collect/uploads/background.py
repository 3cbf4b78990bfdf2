"""Run imports that pages have begun, one after the other, in a thread of each web process; a job runs in only one."""

import logging
from functools import cached_property
from hashlib import blake2b
from pathlib import Path
from threading import Event, Thread

from collect.uploads.folders import UploadFolders
from collect.uploads.job import do_job
from collect.uploads.reporting import StopSignal
from db.engine.connection import DatabaseUnreachable, connected
from db.engine.locks import try_import_job_lock
from db.imports.jobs import (
    ImportJob,
    agree,
    arriving_jobs,
    ask_to_stop,
    begin_job,
    database_identity,
    due_jobs,
    folders_in_use,
    job_numbered,
    latest_job,
    remove_arriving,
    remove_job,
)

log = logging.getLogger(__name__)
LOOK_SECONDS = 15.0  # how often a process looks for jobs that another one has left behind
END_SECONDS = 5.0


class BackgroundImports:
    """`root` is the folder for uploads, which all web processes share."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._over, self._awake = Event(), Event()
        self._thread: Thread | None = None

    @cached_property
    def folders(self) -> UploadFolders:
        """The folders of this database; needs an open connection when it is first used."""
        return UploadFolders(self._root / blake2b(database_identity().encode(), digest_size=8).hexdigest())

    def start(self) -> None:
        self._over.clear()
        self._thread = Thread(target=self._run, name="imports", daemon=True)
        self._thread.start()

    def end(self) -> None:
        """Stop working; the next process starts an unfinished job again."""
        self._over.set()
        self._awake.set()
        if self._thread is not None:
            self._thread.join(END_SECONDS)

    def wake(self) -> None:
        """Look for jobs now."""
        self._awake.set()

    def agree(self, account_id: int) -> bool:
        """Import in spite of doubts. False if no import waits for that. Needs an open connection, as the rest does."""
        agreed = agree(account_id)
        self.wake()
        return agreed

    def undo(self, account_id: int, number: int) -> bool:
        """Begin to undo an import. False while another job is under way."""
        begun = begin_job(account_id, undoes=number) is not None
        self.wake()
        return begun

    def give_up(self, account_id: int) -> None:
        """Stop the job that is under way, if any, unless it has been stored."""
        job = latest_job(account_id)
        if job is None or job.ended_at is not None:
            return
        with try_import_job_lock(account_id) as mine:
            if mine:
                remove_job(job.key)
            else:
                ask_to_stop(account_id)
        self.wake()

    def work(self) -> None:
        """Do all due jobs that no other process is doing, and remove files that nobody needs any more."""
        with connected():
            for job in due_jobs():
                with try_import_job_lock(job.account_id) as mine:
                    current = job_numbered(*job.key) if mine else None
                    if current and _is_due(current) and not self._over.is_set():
                        do_job(current, self.folders, StopSignal(self._over))
            self._tidy()

    def _tidy(self) -> None:
        names = self.folders.names()  # before the next look: a folder is made before its job
        for job in arriving_jobs():
            if not self.folders.is_arriving(job.folder or ""):
                remove_arriving(job.key)
        self.folders.remove_others(names, folders_in_use())

    def _run(self) -> None:
        while not self._over.is_set():
            self._awake.clear()
            try:
                self.work()
            except DatabaseUnreachable as error:
                log.debug("Imports wait: %s", error)
            except Exception:
                log.exception("Imports wait")
            self._awake.wait(LOOK_SECONDS)


def _is_due(job: ImportJob) -> bool:
    return job.ended_at is None and not job.waits_for_answer
