"""An answer's list as a table: a column for every member that is a plain value, those of objects inside it too.

`track.name` is the name of the row's track. A list inside a row is one cell: of its names, separated by semicolons.
"""

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, get_args, get_origin, get_type_hints

import msgspec

from insights.answers.values import is_safe
from insights.question import Question

BYTE_ORDER_MARK = "\ufeff"  # without it, spreadsheets take UTF-8 for an older encoding
FORMULA = ("=", "+", "-", "@", "\t", "\r")  # what a spreadsheet takes for the beginning of one
Column = tuple[str, ...]  # the members that lead to it


def columns(question: Question, *, safe_only: bool = False) -> list[Column]:
    """`safe_only`: those that a link with sums only shows."""
    (row_type,) = _structs(get_type_hints(question.answer_type, include_extras=True)[question.lists])
    return list(_columns(row_type, safe_only))


def _columns(kind: type[msgspec.Struct], safe_only: bool) -> Iterator[Column]:
    for name, hint in get_type_hints(kind, include_extras=True).items():
        if safe_only and not is_safe(hint):
            continue
        inside = [] if _is_list(hint) else _structs(hint)
        for part in inside:
            yield from ((name, *rest) for rest in _columns(part, safe_only))
        if not inside:
            yield (name,)


def _structs(hint: Any) -> list[type[msgspec.Struct]]:
    if isinstance(hint, type) and issubclass(hint, msgspec.Struct):
        return [hint]
    return [struct for part in get_args(hint) for struct in _structs(part)]


def _is_list(hint: Any) -> bool:
    return get_origin(hint) is tuple or any(_is_list(part) for part in get_args(hint))


def csv_header(column_names: Sequence[Column]) -> str:
    """The first line, behind what tells a spreadsheet that this is UTF-8."""
    return BYTE_ORDER_MARK + _lines([[".".join(column) for column in column_names]])


def csv_rows(column_names: Sequence[Column], rows: Iterable[object]) -> str:
    """A line for each row (RFC 4180); without the header."""
    found: Iterable[Mapping[str, Any]] = msgspec.to_builtins(rows)
    return _lines([_cell(_value(row, column)) for column in column_names] for row in found)


def _lines(rows: Iterable[Sequence[object]]) -> str:
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    return text.getvalue()


def _value(row: Mapping[str, Any], column: Column) -> object:
    value: Any = row
    for name in column:
        value = None if value is None else value.get(name)
    return value


def _cell(value: object) -> object:
    if isinstance(value, list | tuple):
        # Of an object its first member names it.
        value = "; ".join(str(next(iter(part.values())) if isinstance(part, dict) else part) for part in value)
    if isinstance(value, bool):
        return "true" if value else "false"
    # An apostrophe has a spreadsheet take the cell as text.
    return f"'{value}" if isinstance(value, str) and value.startswith(FORMULA) else value


def ndjson(rows: Sequence[object]) -> bytes:
    """A JSON object a line."""
    return msgspec.json.Encoder().encode_lines(rows)
