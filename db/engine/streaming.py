"""Read results that are too long for memory, and run several queries on one snapshot of the database."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from db.engine.connection import database, execute, rows
from db.engine.records import Record, Values, from_cursor

BATCH = 2_000  # rows in memory at a time: about a megabyte


@contextmanager
def snapshot() -> Iterator[None]:
    """A read-only transaction in which every query sees the database as the first one did."""
    with database.atomic("REPEATABLE READ READ ONLY"):
        yield


def streamed(sql: str, *values: object, batch: int = BATCH) -> Iterator[list[tuple[Any, ...]]]:
    """The rows of a hand-written query, at most `batch` at a time.

    Needs a transaction in which nothing else is streamed; other queries may run between two batches.
    """
    database.execute_sql(f"DECLARE streamed NO SCROLL CURSOR FOR {sql}", values)
    while fetched := rows(f"FETCH {batch:d} FROM streamed"):
        yield fetched
    database.execute_sql("CLOSE streamed")


def streamed_records(
    kind: type[Record], statement: str, values: Values = (), batch: int = BATCH
) -> Iterator[list[Record]]:
    """The same, as typed records (db/engine/records.py). Raises ColumnMismatch."""
    database.execute_sql(f"DECLARE streamed NO SCROLL CURSOR FOR {statement}", values)
    while fetched := from_cursor(kind, execute(f"FETCH {batch:d} FROM streamed")):
        yield fetched
    database.execute_sql("CLOSE streamed")
