"""Translate database errors into one sentence each, which says whether trying again helps.

Every program exits with that sentence and status 1; the web server responds with it and 503. All writes happen in
transactions, so the database rolls back whatever was under way.
"""

from collections.abc import Iterator
from contextlib import contextmanager

import peewee
import psycopg2


class DatabaseUnreachable(Exception):
    """The database cannot do its work now. The message contains no address and no password."""


class DatabaseFull(DatabaseUnreachable):
    """The database has no disk space to store something or to run a query."""


class DatabaseUnsuitable(DatabaseUnreachable):
    """The server, or a pooler in front of it, lacks something that we depend on; trying again does not help."""


GONE = "The connection to the database was lost; try again."
UNREACHABLE = "The database cannot be reached now; try again."
FULL = "The database's disk is full: free some space there, then try again. Nothing was left half done."
STARTING = "The database is starting; try again in a moment."
STOPPING = "The database is shutting down; try again once it is running."
CROWDED = "The database has reached its limit of connections; try again, or raise its max_connections."
OPTIONS_REFUSED = (
    "A pooler in front of the database rejects the parameter `options`, which sets timezone and jit: connect to "
    "PostgreSQL directly. Or configure the pooler to ignore the parameter (ignore_startup_parameters) and to pool "
    "sessions, and set both for the database: ALTER DATABASE … SET timezone = 'UTC', and the same for jit = off."
)
TRANSACTIONS_POOLED = (
    "The database grants one lock to two connections at once. This happens behind a pooler that pools transactions or "
    "statements (PgBouncer's pool_mode = transaction): set pool_mode = session, or connect to PostgreSQL directly."
)
SENTENCES = {  # by SQLSTATE, or by its first two letters
    "53100": FULL,
    "53200": "The database ran out of memory; nothing was left half done. Try again.",
    "53300": CROWDED,
    "53400": "The database has reached a configured limit (such as temp_file_limit): raise it, then try again.",
    "57014": "The database stopped a statement that took too long; try again, or ask for less.",
    "57P03": STARTING,
    "57P04": "Somebody deleted the database: DATABASE_URL must name one that exists.",
    "25P03": GONE,
    "40": "The database was busy with other changes, and nothing was changed; try again.",
    "42501": "Permission denied: the user in DATABASE_URL must own the database.",
    "57": GONE,
    "58": "The database cannot read or write its files; see its log for the reason. Nothing was left half done.",
}
REFUSALS = {  # by words in libpq's message, which has no SQLSTATE if the server refuses the connection
    "unsupported startup parameter": OPTIONS_REFUSED,
    "statement pooling mode": TRANSACTIONS_POOLED,
    "starting up": STARTING,
    "not yet accepting connections": STARTING,
    "recovery mode": STARTING,
    "shutting down": STOPPING,
    "too many clients": CROWDED,
    "too many connections": CROWDED,
    "remaining connection slots": CROWDED,
    "authentication failed": "The database rejects the user or password in DATABASE_URL: correct them there.",
    "No space left on device": FULL,
}
NOT_THERE = "The server has no database of the name in DATABASE_URL: create it (`createdb`), or correct the name."


FAILURES = (peewee.DatabaseError, peewee.InterfaceError, psycopg2.Error)  # of the database, or mistakes of ours


@contextmanager
def explained() -> Iterator[None]:
    """Raise the database's failures in the block as DatabaseUnreachable. Errors that are our own mistakes pass."""
    try:
        yield
    except FAILURES as error:
        explanation = failure(error)
        if explanation is None:
            raise
        raise explanation from error


KINDS = {FULL: DatabaseFull, OPTIONS_REFUSED: DatabaseUnsuitable, TRANSACTIONS_POOLED: DatabaseUnsuitable}
LOST = {psycopg2.OperationalError, psycopg2.InterfaceError, psycopg2.DatabaseError}  # and no SQLSTATE


def failure(error: Exception) -> DatabaseUnreachable | None:
    """The explanation of an error from Peewee or psycopg2; None if it is a mistake in our code."""
    cause = getattr(error, "orig", error)  # the error that Peewee has wrapped
    sentence = _sentence(cause) if isinstance(cause, psycopg2.Error) else None
    return None if sentence is None else KINDS.get(sentence, DatabaseUnreachable)(sentence)


def unreachable(error: Exception) -> DatabaseUnreachable:
    """The explanation of why a connection could not be opened."""
    sentence = _refusal(str(error)) or UNREACHABLE
    return KINDS.get(sentence, DatabaseUnreachable)(sentence)


def _sentence(error: psycopg2.Error) -> str | None:
    code = error.pgcode
    if code is None or code.startswith("08"):
        return _refusal(str(error)) or (GONE if code or type(error) in LOST else None)
    return SENTENCES.get(code) or SENTENCES.get(code[:2])


def _refusal(text: str) -> str | None:
    if "database" in text and "does not exist" in text:
        return NOT_THERE
    return next((sentence for words, sentence in REFUSALS.items() if words in text), None)
