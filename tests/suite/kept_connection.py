"""One connection to the tests' database that is handed from pool to pool: opening it takes longer than most tests."""

import psycopg2

from db.engine.connection import close_database, database, open_database
from db.engine.pool import Connection, Pool

CONNECTIONS = 20


class KeptConnection:
    """Each test has a pool of its own, and finds this connection as if it were new."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._kept: Connection | None = None

    def open(self) -> None:
        open_database(self._url, CONNECTIONS)
        if self._kept is not None:
            pool: Pool = database.obj
            pool._set_server_version(self._kept)
            pool._open.add(self._kept)
            pool._idle.append(self._kept)
            self._kept = None

    def close(self) -> None:
        """End every connection of the test but one, if that is still fit for use."""
        pool: Pool = database.obj
        if pool.database == self._url:
            self._kept = _renewed(pool)
        close_database()

    def end(self) -> None:
        if self._kept is not None:
            self._kept.close()


def _renewed(pool: Pool) -> Connection | None:
    if not pool._idle:
        return None
    connection = pool._idle.pop()
    try:
        connection.cursor().execute("DISCARD ALL")
    except psycopg2.Error:
        return None  # a test has ended it
    connection.prepared_at.clear()
    connection.statement_seconds = 0.0
    pool._open.discard(connection)
    return connection
