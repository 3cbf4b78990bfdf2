"""An answer's list as a table, with a column for every plain value, including those of nested objects.

`track.name` is the name of the row's track. A list inside a row is one cell with its names, separated by semicolons.
"""

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, get_args, get_origin, get_type_hints

import msgspec

from insights.answers.values import is_safe
from insights.question import Question

BYTE_ORDER_MARK = "\ufeff"  # without it, spreadsheets do not recognise UTF-8
FORMULA = ("=", "+", "-", "@", "\t", "\r")  # how a cell begins that a spreadsheet takes for a formula
Column = tuple[str, ...]  # the path of members that leads to its value


def columns(question: Question, *, safe_only: bool = False) -> list[Column]:
    """`safe_only`: only the columns that a link with totals only shows."""
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


def csv_lines(column_names: Sequence[Column], rows: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    """The lines of a CSV file (RFC 4180) with a header."""
    yield BYTE_ORDER_MARK + _line([".".join(column) for column in column_names])
    for row in rows:
        yield _line([_cell(_value(row, column)) for column in column_names])


def _line(cells: Sequence[object]) -> str:
    text = io.StringIO()
    csv.writer(text).writerow(cells)
    return text.getvalue()


def _value(row: Mapping[str, Any], column: Column) -> object:
    value: Any = row
    for name in column:
        value = None if value is None else value.get(name)
    return value


def _cell(value: object) -> object:
    if isinstance(value, list | tuple):
        # The first member of an object names it.
        value = "; ".join(str(next(iter(part.values())) if isinstance(part, dict) else part) for part in value)
    if isinstance(value, bool):
        return "true" if value else "false"
    # An apostrophe makes a spreadsheet read the cell as text.
    return f"'{value}" if isinstance(value, str) and value.startswith(FORMULA) else value


def json_lines(rows: Iterable[object]) -> Iterator[str]:
    """One JSON object per line."""
    for row in rows:
        yield msgspec.json.encode(row).decode() + "\n"
