"""Keep PostgreSQL from planning for few rows although there are many, if its statistics are older than the data."""

from collections.abc import Iterator
from contextlib import contextmanager

from db.engine.connection import database, row

# A table that was analysed while it was empty counts as empty, however large it has become since.
TOO_FEW = """
    SELECT FROM pg_class WHERE oid = ANY(%s::regclass[]) AND reltuples BETWEEN 0 AND %s
"""
GROWTH = 10  # with statistics of a tenth of the rows, plans compare every row with every other


@contextmanager
def without_nested_loops() -> Iterator[None]:
    """Join by hashing or sorting during the block, which is part of the caller's transaction."""
    (before,) = row("SELECT current_setting('enable_nestloop')") or ("on",)
    database.execute_sql("SET LOCAL enable_nestloop = off")
    yield
    database.execute_sql("SELECT set_config('enable_nestloop', %s, true)", (before,))


@contextmanager
def despite_old_statistics(new_rows: int, *tables: str) -> Iterator[None]:
    """Do the same if the statistics of one of the tables know far fewer rows than are new in this transaction.

    PostgreSQL would expect one row, and look up each of thousands among all of them.
    """
    if row(TOO_FEW, list(tables), new_rows // GROWTH) is None:
        yield
        return
    with without_nested_loops():
        yield
