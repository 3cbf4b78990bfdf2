"""Typed records from rows: each column becomes the member of the same name."""

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from itertools import starmap
from operator import itemgetter
from typing import Any, TypeVar

import msgspec

from db.engine.connection import Prepared, execute, execute_prepared

Record = TypeVar("Record", bound=msgspec.Struct)
Row = tuple[Any, ...]
Values = Sequence[object] | Mapping[str, object]


class ColumnMismatch(TypeError):
    """A statement's columns are not the members of the record that should hold them: one of the two needs a change."""


def records(kind: type[Record], statement: str, values: Values = ()) -> list[Record]:
    """All rows of a hand-written statement; `values` fill its %s, or its %(name)s.

    Raises ColumnMismatch, even for no rows. PostgreSQL types the values already, so they are not converted: an array is
    a list, JSON is what the driver makes of it.
    """
    return from_cursor(kind, execute(statement, values))


def record(kind: type[Record], statement: str, values: Values = ()) -> Record | None:
    """The only row of a statement, None if it has none. Raises ColumnMismatch, and ValueError for several rows."""
    rows = records(kind, statement, values)
    if len(rows) > 1:
        raise ValueError(f"expected at most one {kind.__name__}, got {len(rows)}: limit the statement to one row")
    return rows[0] if rows else None


def prepared_records(kind: type[Record], query: Prepared, values: Sequence[object] = ()) -> list[Record]:
    """All rows of a prepared query; `values` fill its %s. Raises ColumnMismatch."""
    cursor = execute_prepared(query, values)
    if not query.columns:
        query.columns = _columns(cursor)
    return _fetched(kind, cursor, query.columns)


def from_cursor(kind: type[Record], cursor: Any) -> list[Record]:
    """The rows that a cursor has not fetched yet. Raises ColumnMismatch."""
    return _fetched(kind, cursor, _columns(cursor))


def _columns(cursor: Any) -> tuple[str, ...]:
    return tuple(column.name for column in cursor.description)


def _fetched(kind: type[Record], cursor: Any, columns: tuple[str, ...]) -> list[Record]:
    in_member_order = _reordering(kind, columns)
    fetched: list[Row] = cursor.fetchall()
    return list(starmap(kind, map(in_member_order, fetched) if in_member_order else fetched))


@lru_cache(maxsize=1024)
def _reordering(kind: type[msgspec.Struct], columns: tuple[str, ...]) -> Callable[[Row], Row] | None:
    """What puts a row into the order of the members; None if it is in that order already."""
    members = kind.__struct_fields__
    if columns == members:
        return None
    if len(columns) != len(members) or set(columns) != set(members):
        raise ColumnMismatch(_mismatch(kind.__name__, members, columns))
    return itemgetter(*map(columns.index, members))


def _mismatch(kind: str, members: Sequence[str], columns: Sequence[str]) -> str:
    problems = {
        "missing": [name for name in members if name not in columns],
        "unknown": [name for name in columns if name not in members],
        "repeated": [name for name in dict.fromkeys(columns) if columns.count(name) > 1],
    }
    details = "; ".join(f"{problem}: {', '.join(names)}" for problem, names in problems.items() if names)
    return f"the columns of the statement do not match the members of {kind} ({details}); name the columns with AS"
