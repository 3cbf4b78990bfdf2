"""Read answers too long to hold, and several questions of one and the same moment."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from db.engine.connection import database, rows

BATCH = 2_000  # rows held at a time: about a megabyte


@contextmanager
def snapshot() -> Iterator[None]:
    """A read-only transaction whose every question sees the database as it was at the first of them."""
    with database.atomic():
        database.execute_sql("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        yield


def streamed(sql: str, *values: object, batch: int = BATCH) -> Iterator[list[tuple[Any, ...]]]:
    """The rows of a hand-written query, at most `batch` at a time; needs a transaction, and is the only one in it.

    Other questions may be asked between two batches.
    """
    database.execute_sql(f"DECLARE streamed NO SCROLL CURSOR FOR {sql}", values)
    while found := rows(f"FETCH {batch:d} FROM streamed"):
        yield found
    database.execute_sql("CLOSE streamed")
