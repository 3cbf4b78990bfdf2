"""Counts the rows that PostgreSQL looks at in every step of every statement: shows linear work without a clock."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, ClassVar

import psycopg2.extensions
import pytest

from db.engine.connection import database
from db.engine.pool import Connection

COUNTED = ("SELECT", "WITH", "INSERT", "UPDATE", "DELETE")
NOT_TWICE = ("pg_advisory", ";")  # no rollback undoes the first; the second separates several statements


def rows_looked_at(plan: dict[str, Any]) -> int:
    """The rows of every step of an executed plan, including those that a filter removed."""
    removed = sum(plan.get(f"Rows Removed by {how}", 0) for how in ("Filter", "Join Filter", "Index Recheck"))
    return int(plan["Actual Loops"] * (plan["Actual Rows"] + removed)) + sum(map(rows_looked_at, plan.get("Plans", [])))


def work(statement: str, **values: object) -> int:
    ((plan,),) = database.execute_sql(f"EXPLAIN (ANALYZE, TIMING OFF, FORMAT JSON) {statement}", values)
    return rows_looked_at(plan[0]["Plan"])


class Counting(psycopg2.extensions.cursor):
    """Executes each statement twice: once to count its rows, then for its effect."""

    looked_at: ClassVar[Counter[str]] = Counter()  # by statement

    def execute(self, query: Any, parameters: Any = None) -> None:
        statement = str(query).lstrip()
        if statement.startswith(COUNTED) and not any(word in statement for word in NOT_TWICE):
            Counting.looked_at[" ".join(statement.split())] += self._count(statement, parameters)
        super().execute(query, parameters)

    def _count(self, statement: str, parameters: Any) -> int:
        idle = self.connection.get_transaction_status() == psycopg2.extensions.TRANSACTION_STATUS_IDLE
        begin, back = ("BEGIN", "ROLLBACK") if idle else ("SAVEPOINT counted", "ROLLBACK TO counted; RELEASE counted")
        super().execute(begin)
        super().execute(f"EXPLAIN (ANALYZE, TIMING OFF, FORMAT JSON) {statement}", parameters)
        ((plan,),) = self.fetchall()
        super().execute(back)
        return rows_looked_at(plan[0]["Plan"])


@contextmanager
def counting(monkeypatch: pytest.MonkeyPatch) -> Iterator[Counter[str]]:
    """How many rows each statement in the block has looked at so far."""
    plain: Any = Connection.cursor
    Counting.looked_at.clear()
    with monkeypatch.context() as patch:
        patch.setattr(
            Connection, "cursor", lambda self, *args, **named: plain(self, *args, cursor_factory=Counting, **named)
        )
        yield Counting.looked_at
