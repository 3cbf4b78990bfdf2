"""When each lookup was made and is due again, stored by our ids and MusicBrainz', never by names."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from db.engine.connection import database, row

FRESH = timedelta(days=180)  # tags change slowly
NOT_FOUND = timedelta(days=90)  # somebody may add it meanwhile
SOME_DAYS = 14  # over which lookups of one day fall due again
SAVE = """
    INSERT INTO music_lookup (question, subject, found, asked_at, due_at)
    SELECT %s, subject, found, %s, due_at
    FROM unnest(%s::text[], %s::boolean[], %s::timestamptz[]) AS asked (subject, found, due_at) ORDER BY subject
    ON CONFLICT (question, subject)
    DO UPDATE SET found = excluded.found, asked_at = excluded.asked_at, due_at = excluded.due_at
"""
COUNT = "SELECT count(*) FROM music_lookup WHERE question = %s AND due_at > %s"
PURGE = "DELETE FROM music_lookup WHERE due_at < %s"
KEPT = timedelta(days=365)  # after it fell due, of music that nobody has played since


def save_lookups(question: str, asked: Iterable[str], found: Iterable[str], now: datetime) -> None:
    """Remember that all of `asked` were looked up, and which of them were found."""
    found_subjects, subjects = set(found), list(dict.fromkeys(asked))
    is_found = [subject in found_subjects for subject in subjects]
    due = [now + _lifetime(subject, found=subject in found_subjects) for subject in subjects]
    database.execute_sql(SAVE, (question, now, subjects, is_found, due))


def _lifetime(subject: str, *, found: bool) -> timedelta:
    """How long an answer is fresh; it varies by subject, so lookups of one night are not all due in one night again."""
    days = sum(subject.encode()) % SOME_DAYS
    return (FRESH if found else NOT_FOUND) + timedelta(days=days if found else 0)


def fresh_lookups(question: str, now: datetime) -> int:
    """How many answers to a question are still fresh."""
    (count,) = row(COUNT, question, now) or (0,)
    return int(count)


def purge_lookups(now: datetime) -> None:
    """Forget lookups that nobody has needed for a year since they fell due."""
    database.execute_sql(PURGE, (now - KEPT,))
