"""Whether a server that DATABASE_URL names does what this program relies on, with whatever stands in front of it.

A pooler that hands each transaction to another connection of the server grants one lock to two programs at once, and
one that drops the settings of a connection answers in another time zone: both would damage data without any error.
"""

import secrets
from collections.abc import Iterator
from contextlib import closing, contextmanager

import psycopg2

from db.engine.failures import TRANSACTIONS_POOLED, DatabaseUnsuitable, explained, unreachable

Connection = psycopg2.extensions.connection
ROUNDS = 3  # a pooler may hand out the same connection by chance
SHOWN = "SELECT current_setting('timezone'), current_setting('jit')"
HOLDS = """
    SELECT EXISTS (SELECT FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid() AND granted
                   AND classid = %(key)s::bigint >> 32 AND objid = %(key)s::bigint & 4294967295)
"""
SETTINGS_DROPPED = (
    "The database ignores the settings that this program connects with: {name} is {value!r} and has to be {right!r}, "
    "as behind a pooler that has `options` in ignore_startup_parameters. Connect to PostgreSQL directly, or set them "
    "for the database: ALTER DATABASE … SET timezone = 'UTC', and the same for jit = off."
)


def refuse_unsuitable(url: str, options: str) -> None:
    """Raises DatabaseUnsuitable, and DatabaseUnreachable where no connection can be had."""
    with _connection(url, options) as one, _connection(url, options) as other, explained():
        _refuse_dropped_settings(one)
        for _ in range(ROUNDS):
            _refuse_shared_locks(one, other)


@contextmanager
def _connection(url: str, options: str) -> Iterator[Connection]:
    try:
        opened = psycopg2.connect(url, options=options, application_name="insight", connect_timeout=5)
    except psycopg2.Error as error:
        raise unreachable(error) from error
    with closing(opened):
        opened.autocommit = True
        yield opened


def _refuse_dropped_settings(connection: Connection) -> None:
    time_zone, jit = _row(connection, SHOWN)
    for name, value, right in (("timezone", time_zone, "UTC"), ("jit", jit, "off")):
        if value != right:
            raise DatabaseUnsuitable(SETTINGS_DROPPED.format(name=name, value=value, right=right))


def _refuse_shared_locks(one: Connection, other: Connection) -> None:
    """A lock that one takes has to be refused to the other, and be held still after the other's transaction."""
    key = secrets.randbits(62)  # nobody else's, so that what a pooler keeps of it is in nobody's way
    _row(one, "SELECT pg_advisory_lock(%(key)s)::text", key)
    try:
        (granted,) = _row(other, "SELECT pg_try_advisory_lock(%(key)s)", key)
        if granted or not _holds_beside_a_transaction(one, other, key):
            raise DatabaseUnsuitable(TRANSACTIONS_POOLED)
    finally:
        for connection in (one, other):
            _row(connection, "SELECT pg_advisory_unlock_all()::text")


def _holds_beside_a_transaction(one: Connection, other: Connection, key: int) -> bool:
    """Whether `one` still has the lock while `other` keeps a connection of the server to itself."""
    _row(other, "BEGIN; SELECT 1")
    (held,) = _row(one, HOLDS, key)
    _row(other, "COMMIT; SELECT 1")
    return bool(held)


def _row(connection: Connection, question: str, key: int | None = None) -> tuple[object, ...]:
    with connection.cursor() as cursor:
        cursor.execute(question, {"key": key})
        row: tuple[object, ...] = cursor.fetchone() or ()
        return row
