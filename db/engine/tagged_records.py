"""Typed records from a statement that unites several kinds of rows, each with its own columns."""

from collections.abc import Sequence
from typing import Any, TypeVar, overload

import msgspec

from db.engine.connection import execute
from db.engine.records import ColumnMismatch, Values

First = TypeVar("First", bound=msgspec.Struct)
Second = TypeVar("Second", bound=msgspec.Struct)
Third = TypeVar("Third", bound=msgspec.Struct)
TAG = "kind"  # the column that holds the tag of the row's kind


@overload
def tagged_records(
    kinds: tuple[type[First], type[Second]], statement: str, values: Values = ()
) -> tuple[list[First], list[Second]]: ...
@overload
def tagged_records(
    kinds: tuple[type[First], type[Second], type[Third]], statement: str, values: Values = ()
) -> tuple[list[First], list[Second], list[Third]]: ...
def tagged_records(kinds: Sequence[type[msgspec.Struct]], statement: str, values: Values = ()) -> tuple[list[Any], ...]:
    """The rows of a hand-written statement, as a list of each kind; `values` fill its %s, or its %(name)s.

    The column `kind` holds the tag of each row's kind. Each other column becomes the member of that name, in all kinds
    that have it. Raises ColumnMismatch, even for no rows.
    """
    cursor = execute(statement, values)
    columns = [column.name for column in cursor.description]
    _check(kinds, columns)
    lists: dict[str, list[msgspec.Struct]] = {_tag(kind): [] for kind in kinds}
    places = {_tag(kind): (kind, [columns.index(name) for name in kind.__struct_fields__]) for kind in kinds}
    tag_at = columns.index(TAG)
    for row in cursor.fetchall():
        kind, its_columns = places[row[tag_at]]
        lists[row[tag_at]].append(kind(*[row[column] for column in its_columns]))
    return tuple(lists.values())


def _tag(kind: type[msgspec.Struct]) -> str:
    return str(kind.__struct_config__.tag)


def _check(kinds: Sequence[type[msgspec.Struct]], columns: Sequence[str]) -> None:
    members = {name for kind in kinds for name in kind.__struct_fields__} | {TAG}
    if members != set(columns) or len(members) != len(columns):
        names = ", ".join(_tag(kind) for kind in kinds)
        raise ColumnMismatch(f"the columns of the statement ({', '.join(columns)}) are not the members of {names}")
