"""Check that the server at DATABASE_URL, with any pooler in front of it, behaves as we depend on.

A pooler that assigns each transaction to another server connection grants one lock to two programs at once. One that
drops a connection's settings returns times in another time zone. Both would damage data without an error.
"""

import logging
import secrets
from collections.abc import Callable

from db.engine.checking import Connection, checked_connection
from db.engine.connection import SETTINGS
from db.engine.failures import TRANSACTIONS_POOLED, DatabaseUnreachable, DatabaseUnsuitable, explained
from db.engine.servers import Servers

log = logging.getLogger(__name__)
ROUNDS = 3  # a pooler may assign the same connection by chance
SETTING = "SELECT current_setting(%(key)s)"
HAS_LOCK = """
    SELECT EXISTS (SELECT FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid() AND granted
                   AND classid = %(key)s::bigint >> 32 AND objid = %(key)s::bigint & 4294967295)
"""
SETTINGS_DROPPED = (
    "The database ignores our connection settings: {name} is {value!r} and must be {right!r}. This happens behind a "
    "pooler that has `options` in ignore_startup_parameters. Connect to PostgreSQL directly, or set them for the "
    "database: ALTER DATABASE … SET timezone = 'UTC', and the same for jit = off."
)
OF_THE_POOLER = (
    "DATABASE_POOLER_URL: {name} is {value!r} there and must be {right}. A pooler of transactions passes no settings "
    "on, so set them for its role: ALTER ROLE … SET timezone = 'UTC', and the same for jit = off and statement_timeout."
)
OF_THE_ROLE: tuple[tuple[str, Callable[[object], bool], str], ...] = (
    ("timezone", lambda value: value == "UTC", "'UTC'"),
    ("jit", lambda value: value == "off", "'off'"),
    ("statement_timeout", lambda value: value != "0", "that of QUESTION_SECONDS, such as '20s'"),
)


def refuse_unsuitable(url: str, options: str) -> None:
    """Raises DatabaseUnsuitable, and DatabaseUnreachable if no connection can be opened."""
    with checked_connection(url, options) as one, checked_connection(url, options) as other, explained():
        _refuse_dropped_settings(one)
        for _ in range(ROUNDS):
            _refuse_shared_locks(one, other)


def refuse_unsuitable_servers(servers: Servers, options: str) -> None:
    """Raises DatabaseUnsuitable for servers that would change answers, and DatabaseUnreachable without the pooler.

    A replica that cannot be reached is left out until it can be.
    """
    if servers.pooler:
        with checked_connection(servers.pooler, "") as pooled, explained():
            _refuse_settings_of_the_pooler(pooled)
    if servers.replica:
        try:
            with checked_connection(servers.replica, options) as replica, explained():
                _refuse_dropped_settings(replica)
        except DatabaseUnsuitable:
            raise
        except DatabaseUnreachable as error:
            log.warning("DATABASE_REPLICA_URL: %s Until then, the database answers instead.", error)


def _refuse_dropped_settings(connection: Connection) -> None:
    for name in ("timezone", "jit"):  # other settings change no answer
        right = SETTINGS[name]
        (value,) = _row(connection, SETTING, name)
        if value != right:
            raise DatabaseUnsuitable(SETTINGS_DROPPED.format(name=name, value=value, right=right))


def _refuse_settings_of_the_pooler(connection: Connection) -> None:
    """Raise unless the pooler's role has the settings that our own connections begin with."""
    for name, is_right, right in OF_THE_ROLE:
        (value,) = _row(connection, SETTING, name)
        if not is_right(value):
            raise DatabaseUnsuitable(OF_THE_POOLER.format(name=name, value=value, right=right))


def _refuse_shared_locks(one: Connection, other: Connection) -> None:
    """Raise unless the other connection is denied this one's lock, which must survive the other's transaction."""
    key = secrets.randbits(62)  # random, so a lock that a pooler leaks blocks nobody
    _row(one, "SELECT pg_advisory_lock(%(key)s)::text", key)
    try:
        (granted,) = _row(other, "SELECT pg_try_advisory_lock(%(key)s)", key)
        if granted or not _survives_transaction(one, other, key):
            raise DatabaseUnsuitable(TRANSACTIONS_POOLED)
    finally:
        for connection in (one, other):
            _row(connection, "SELECT pg_advisory_unlock_all()::text")


def _survives_transaction(one: Connection, other: Connection, key: int) -> bool:
    """Whether `one` still has the lock while `other` occupies a server connection."""
    _row(other, "BEGIN; SELECT 1")
    (has_lock,) = _row(one, HAS_LOCK, key)
    _row(other, "COMMIT; SELECT 1")
    return bool(has_lock)


def _row(connection: Connection, statement: str, key: int | str | None = None) -> tuple[object, ...]:
    with connection.cursor() as cursor:
        cursor.execute(statement, {"key": key})
        row: tuple[object, ...] = cursor.fetchone() or ()
        return row
