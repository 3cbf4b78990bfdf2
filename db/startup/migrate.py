"""Bring the database to the shape this code knows, once, however many programs start at the same time."""

from pathlib import Path

from playhouse.migrations import Runner

from db.engine.connection import connected, database
from db.library.contents import bring_libraries_up_to_date

DIRECTORY = Path(__file__).parent.parent / "migrations"
LOCK = 727001  # an advisory lock's number: any constant that nothing else in this database uses


class DatabaseTooNew(Exception):
    """A later version of this program has been here; running an older one could damage what it keeps."""


def migrate() -> list[str]:
    """Apply what is missing, work out what older rules have worked out, and return the names of what was applied.

    Raises DatabaseTooNew, DatabaseUnreachable.
    """
    with connected():
        database.execute_sql("SELECT pg_advisory_lock(%s)", (LOCK,))
        try:
            refuse_newer_database()
            applied: list[str] = _runner().up()
            bring_libraries_up_to_date()
            return applied
        finally:
            database.execute_sql("SELECT pg_advisory_unlock(%s)", (LOCK,))


def applied_migrations() -> list[str]:
    """Their names, in order; needs an open connection."""
    return [step.name for step in _runner().status() if step.applied is not None]


def apply_migrations(last: str | None = None) -> None:
    """Those that are missing, up to `last` or all of them; part of the caller's transaction."""
    _runner().up(last)


def pending() -> list[str]:
    """Names of migrations not applied yet; needs an open connection."""
    return [step.name for step in _runner().status() if step.applied is None]


def refuse_newer_database() -> None:
    """Raises DatabaseTooNew when the database has migrations that this code does not know."""
    unknown = [step.name for step in _runner().status() if step.path is None]
    if unknown:
        raise DatabaseTooNew(
            f"The database is newer than this program: it has {', '.join(unknown)}, which this version does not "
            "know. Start the version that made it, or restore the backup from before the upgrade."
        )


def _runner() -> Runner:
    return Runner(database.obj, str(DIRECTORY))
