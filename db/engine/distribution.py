"""Whether the database is distributed on a Citus cluster, and SQL that Citus needs in another form than one server.

docs/rules/database.md says when to write such SQL: hardly ever.
"""

import re
from functools import lru_cache
from typing import Any

from psycopg2.extensions import TRANSACTION_STATUS_INTRANS, connection, cursor
from psycopg2.sql import Composable

# Tables about music, which are complete on every node of a cluster; parents come before their children.
MUSIC = (
    "artist", "album", "track", "episode", "track_artist", "track_name",
    "genre", "track_genre", "track_year", "track_sound", "artist_origin", "artist_identity", "track_identity",
    "known_recording", "known_release_group", "known_artist", "tag", "artist_tag",
)  # fmt: skip
WRITES_MUSIC = re.compile(rf"\b(INSERT INTO|UPDATE|DELETE FROM) ({'|'.join(MUSIC)})\b")
SAVING_MUSIC = "hashtextextended('insight recordings', 0)"  # the lock of db/engine/changing.py
HAS_CITUS = "SELECT to_regclass('pg_catalog.pg_dist_partition') IS NOT NULL"
IS_DISTRIBUTED = """
    SELECT EXISTS (SELECT FROM pg_dist_partition WHERE logicalrelid = to_regclass('public.play') AND partmethod = 'h')
"""
# Hides from one server's planner which account it is (db/plays/reports.py); Citus has to see it, to find its node.
HIDDEN_ACCOUNT = re.compile(r"\(SELECT (%(?:\(account\))?s::bigint)\)")


class ShardedCursor(cursor):
    """A cursor of a connection to a cluster.

    On a cluster, a statement that writes music locks not rows but its whole table, and then the tables to which this
    refers. Transactions write these tables in different orders, so only one at a time may write music.
    """

    def execute(self, statement: str | bytes | Composable, values: Any = None) -> None:
        """Run it in the form that Citus needs."""
        if not isinstance(statement, str):
            super().execute(statement, values)
        elif not writes_music(statement):
            super().execute(shown(statement), values)
        elif self.connection.get_transaction_status() == TRANSACTION_STATUS_INTRANS:
            super().execute(f"SELECT pg_advisory_xact_lock({SAVING_MUSIC})")
            super().execute(shown(statement), values)
        else:
            self._execute_alone(shown(statement), values)

    def _execute_alone(self, statement: str, values: Any) -> None:
        with self.connection.cursor(cursor_factory=cursor) as other:
            other.execute(f"SELECT pg_advisory_lock({SAVING_MUSIC})")
            try:
                super().execute(statement, values)
            finally:
                other.execute(f"SELECT pg_advisory_unlock({SAVING_MUSIC})")


@lru_cache(maxsize=2048)
def writes_music(statement: str) -> bool:
    """Whether the statement changes tables about music."""
    return WRITES_MUSIC.search(statement) is not None


@lru_cache(maxsize=2048)
def shown(statement: str) -> str:
    """The statement with the account in a place where Citus sees it."""
    return HIDDEN_ACCOUNT.sub(r"\1", statement)


def has_citus(opened: connection) -> bool:
    """Whether the database has the extension."""
    return _holds(opened, HAS_CITUS)


def is_distributed(opened: connection) -> bool:
    """Whether the accounts' tables are divided among the nodes of a cluster."""
    return has_citus(opened) and _holds(opened, IS_DISTRIBUTED)


def _holds(opened: connection, condition: str) -> bool:
    with opened.cursor() as asked:
        asked.execute(condition)
        return asked.fetchone() == (True,)
