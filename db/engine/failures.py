"""What the database's errors mean to people: one sentence for each, and whether trying again helps.

Every program ends with that sentence and exit status 1, and the web program answers 503 with it. What was under way is
undone by the database, for everything is written in transactions.
"""

from collections.abc import Iterator
from contextlib import contextmanager

import peewee
import psycopg2


class DatabaseUnreachable(Exception):
    """The database cannot do now what it is asked to. The sentence holds no address and no password."""


class DatabaseFull(DatabaseUnreachable):
    """There is no room for what was to be stored, or for answering."""


class DatabaseUnsuitable(DatabaseUnreachable):
    """The server, or a pooler in front of it, does not do what this program relies on; trying again does not help."""


GONE = "The database went away while it was asked; try again."
UNREACHABLE = "The database cannot be reached now; try again."
FULL = "The disk of the database is full: make room there, then do the same again. Nothing was left half done."
STARTING = "The database is starting; try again in a moment."
STOPPING = "The database is shutting down; try again when it runs again."
CROWDED = "The database has as many connections as it takes; try again, or raise its max_connections."
OPTIONS_REFUSED = (
    "A pooler in front of the database refuses the parameter `options`, with which timezone and jit are set: connect "
    "to PostgreSQL directly. Or have the pooler ignore it (ignore_startup_parameters), pool sessions, and set them for "
    "the database: ALTER DATABASE … SET timezone = 'UTC', and the same for jit = off."
)
TRANSACTIONS_POOLED = (
    "The database grants one lock to two connections at once, as behind a pooler that pools transactions or statements "
    "(PgBouncer's pool_mode = transaction): set pool_mode = session, or connect to PostgreSQL directly."
)
SENTENCES = {  # by SQLSTATE, or by its first two letters
    "53100": FULL,
    "53200": "The database ran out of memory over this; nothing was left half done. Try again.",
    "53300": CROWDED,
    "53400": "The database has reached a limit of its settings (such as temp_file_limit): raise it, then try again.",
    "57014": "The database stopped this because it took too long; try again, or ask for less.",
    "57P03": STARTING,
    "57P04": "The database was deleted while it was asked: DATABASE_URL has to name one that is there.",
    "25P03": GONE,
    "40": "The database was busy with other changes, and nothing was changed; try again.",
    "42501": "The database does not let its user do this: the user of DATABASE_URL has to own the database.",
    "57": GONE,
    "58": "The database cannot read or write its files; its log says why. Nothing was left half done.",
}
REFUSALS = {  # by the words of a refused connection, for which libpq tells no SQLSTATE
    "unsupported startup parameter": OPTIONS_REFUSED,
    "statement pooling mode": TRANSACTIONS_POOLED,
    "starting up": STARTING,
    "not yet accepting connections": STARTING,
    "recovery mode": STARTING,
    "shutting down": STOPPING,
    "too many clients": CROWDED,
    "too many connections": CROWDED,
    "remaining connection slots": CROWDED,
    "authentication failed": "The database refuses the user or the password of DATABASE_URL: correct them there.",
    "No space left on device": FULL,
}
NOT_THERE = "The database that DATABASE_URL names is not on its server: create it (`createdb`), or correct the name."


@contextmanager
def explained() -> Iterator[None]:
    """Raise what the database fails with in the block as DatabaseUnreachable; its refusals of our mistakes stay."""
    try:
        yield
    except (peewee.DatabaseError, peewee.InterfaceError, psycopg2.Error) as error:
        trouble = failure(error)
        if trouble is None:
            raise
        raise trouble from error


KINDS = {FULL: DatabaseFull, OPTIONS_REFUSED: DatabaseUnsuitable, TRANSACTIONS_POOLED: DatabaseUnsuitable}
LOST = {psycopg2.OperationalError, psycopg2.InterfaceError, psycopg2.DatabaseError}  # and no SQLSTATE


def failure(error: Exception) -> DatabaseUnreachable | None:
    """What to tell people of an error of Peewee's or psycopg2's, None where it is a mistake of this program."""
    cause = getattr(error, "orig", error)  # what Peewee has wrapped
    sentence = _sentence(cause) if isinstance(cause, psycopg2.Error) else None
    return None if sentence is None else KINDS.get(sentence, DatabaseUnreachable)(sentence)


def unreachable(error: Exception) -> DatabaseUnreachable:
    """What to tell people of a connection that could not be opened."""
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
