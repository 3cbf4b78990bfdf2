"""Hand connections to the tests' database from pool to pool, because opening one takes longer than most tests.

An import needs three of them, since it sums up periods on two.
"""

import psycopg2

from db.engine.connection import close_database, database, open_database
from db.engine.pool import Connection, Pool

CONNECTIONS = 20
KEPT = 3


class KeptConnections:
    """Each test has a pool of its own, and finds these connections as if they were new."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._kept: list[Connection] = []
        self._is_distributed: bool | None = None  # a pool finds it out only when it opens a connection

    def open(self) -> None:
        open_database(self._url, CONNECTIONS)
        pool: Pool = database.obj
        if self._kept:
            pool.is_distributed = self._is_distributed
        for connection in self._kept:
            pool._set_server_version(connection)
            pool._open.add(connection)
            pool._idle["primary"].append(connection)
        self._kept = []

    def close(self) -> None:
        """End every connection of the test but a few that are still fit for use."""
        pool: Pool = database.obj
        if pool.database == self._url:
            self._is_distributed = pool.is_distributed
            self._kept = [kept for _ in range(KEPT) if (kept := _renewed(pool))][::-1]
        close_database()

    def end(self) -> None:
        for connection in self._kept:
            connection.close()


def _renewed(pool: Pool) -> Connection | None:
    if not pool._idle["primary"]:
        return None
    connection = pool._idle["primary"].pop()
    try:
        connection.cursor().execute("DISCARD ALL")
    except psycopg2.Error:
        return None  # a test has ended it
    connection.prepared_at.clear()
    connection.statement_seconds = 0.0
    pool._open.discard(connection)
    return connection
