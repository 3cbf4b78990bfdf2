"""Migrate the database to the current schema, once, however many programs start at the same time."""

from pathlib import Path

from playhouse.migrations import Runner

from db.distributed.distributing import distribute, prepare_session
from db.engine.connection import connected, database
from db.library.contents import bring_libraries_up_to_date
from db.people.report_readers import end_all_sessions

DIRECTORY = Path(__file__).parent.parent / "migrations"
LOCK = 727001  # an advisory lock: any number that nothing else in this database uses


class DatabaseTooNew(Exception):
    """A later version of this program migrated the database; an older one could damage its data."""


def migrate(*, distributed: bool = False) -> list[str]:
    """Apply missing migrations and recompute libraries that older rules computed; returns the migrations applied.

    `distributed`: on a Citus cluster, where every table is distributed as soon as its migration is complete.

    Raises DatabaseTooNew and DatabaseUnreachable.
    """
    with connected():
        database.execute_sql("SELECT pg_advisory_lock(%s)", (LOCK,))
        try:
            refuse_newer_database()
            if pending():
                end_all_sessions()
            applied = _distributed_step_by_step() if distributed else _runner().up()
            bring_libraries_up_to_date()
            return applied
        finally:
            database.execute_sql("SELECT pg_advisory_unlock(%s)", (LOCK,))


def _distributed_step_by_step() -> list[str]:
    """Apply missing migrations, and distribute new tables before a later migration gives them rows."""
    applied = []
    if database.obj.is_distributed:
        for name in pending():
            prepare_session()
            _runner().up(name)
            distribute()
            applied.append(name)
    else:
        applied = list(_runner().up())
    distribute()
    return applied


def applied_migrations() -> list[str]:
    """The names of the applied migrations, in order. Needs an open connection."""
    return [step.name for step in _runner().status() if step.applied is not None]


def apply_migrations(last: str | None = None) -> None:
    """Apply missing migrations, up to `last` or all of them, in the caller's transaction."""
    _runner().up(last)


def pending() -> list[str]:
    """The names of migrations that are not applied yet. Needs an open connection."""
    return [step.name for step in _runner().status() if step.applied is None]


def refuse_newer_database() -> None:
    """Raises DatabaseTooNew if the database has migrations that this version does not have."""
    unknown = [step.name for step in _runner().status() if step.path is None]
    if unknown:
        raise DatabaseTooNew(
            f"The database is newer than this program: it has {', '.join(unknown)}, which this version does not "
            "know. Start the version that migrated it, or restore the backup from before the upgrade."
        )


def _runner() -> Runner:
    return Runner(database.obj, str(DIRECTORY))
