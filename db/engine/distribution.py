"""Whether the database is distributed on a Citus cluster, and SQL that Citus needs in another form than one server.

docs/rules/database.md says when to write such SQL: hardly ever.
"""

import re
from functools import lru_cache
from typing import Any

from psycopg2.extensions import connection, cursor
from psycopg2.sql import Composable

HAS_CITUS = "SELECT to_regclass('pg_catalog.pg_dist_partition') IS NOT NULL"
IS_DISTRIBUTED = """
    SELECT EXISTS (SELECT FROM pg_dist_partition WHERE logicalrelid = to_regclass('public.play') AND partmethod = 'h')
"""
# Hides from one server's planner which account it is (db/plays/reports.py); Citus has to see it, to find its node.
HIDDEN_ACCOUNT = re.compile(r"\(SELECT (%(?:\(account\))?s::bigint)\)")


class ShardedCursor(cursor):
    """A cursor of a connection to a cluster."""

    def execute(self, statement: str | bytes | Composable, values: Any = None) -> None:
        """Run it in the form that Citus needs."""
        super().execute(shown(statement) if isinstance(statement, str) else statement, values)


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
