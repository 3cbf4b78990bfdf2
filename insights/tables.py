"""An answer's list as a table: a column for every member that is a plain value, also in objects inside a row.

`track.name` is the name of the row's track. A list inside a row is one cell: of its names, separated by semicolons.
"""

import csv
import io
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import groupby
from typing import Any, get_args, get_origin, get_type_hints

import msgspec

from insights.answers.values import is_safe
from insights.question import Question

BYTE_ORDER_MARK = "\ufeff"  # without it, spreadsheets take UTF-8 for an older encoding
FORMULA = ("=", "+", "-", "@", "\t", "\r")  # what a spreadsheet takes for the beginning of a formula
MOST_KNOWN = 20_000  # objects whose cells are cached
Column = tuple[str, ...]  # the path of members to its value


def columns(question: Question, *, safe_only: bool = False) -> list[Column]:
    """The columns of the question's table; `safe_only`: those that a link with totals only shows."""
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


class CsvTable:
    """A table as CSV (RFC 4180), in pieces: the header, then rows, given as objects or as their JSON."""

    def __init__(self, column_names: Sequence[Column]) -> None:
        self._names = [".".join(column) for column in column_names]
        self._read = _reader(column_names)

    def header(self) -> str:
        """The first line, after the mark that tells spreadsheets that this is UTF-8."""
        return BYTE_ORDER_MARK + _lines([self._names])

    def rows(self, rows: Iterable[object]) -> str:
        return _lines(map(self._read, rows))


def _lines(rows: Iterable[Sequence[object]]) -> str:
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    return text.getvalue()


def _reader(column_names: Sequence[Column]) -> Callable[[object], list[object]]:
    """A function that returns the cells of a row."""
    parts = [
        (name, [column[1:] for column in columns])
        for name, columns in groupby(column_names, key=lambda column: column[0])
    ]
    members = [(name, _reader_once(inside) if inside[0] else None) for name, inside in parts]

    def read(row: object) -> list[object]:
        cells: list[object] = []
        for name, read_inside in members:
            value = row.get(name) if isinstance(row, dict) else getattr(row, name)
            cells += [_cell(value)] if read_inside is None else read_inside(value)
        return cells

    return read


def _reader_once(column_names: Sequence[Column]) -> Callable[[object], list[object]]:
    """The same for objects that many rows share, such as tracks: each is read once."""
    read, nothing = _reader(column_names), [None] * len(column_names)
    cache: dict[int, tuple[object, list[object]]] = {}  # keeps the object, so that no other can get its id

    def cells(value: object) -> list[object]:
        if value is None:
            return [*nothing]
        if id(value) not in cache:
            if len(cache) == MOST_KNOWN:
                cache.clear()
            cache[id(value)] = value, read(value)
        return cache[id(value)][1]

    return cells


def _cell(value: object) -> object:
    if isinstance(value, str):
        # An apostrophe makes a spreadsheet take the cell as text.
        return f"'{value}" if value.startswith(FORMULA) else value
    if isinstance(value, bool):
        return "true" if value else "false"
    return _cell("; ".join(map(_name, value))) if isinstance(value, list | tuple) else value


def _name(value: object) -> str:
    """How a list's cell shows one of its values: an object by its first member, which names it."""
    if isinstance(value, msgspec.Struct):
        value = getattr(value, value.__struct_fields__[0])
    return str(next(iter(value.values())) if isinstance(value, dict) else value)


def ndjson(rows: Sequence[object]) -> bytes:
    """One JSON object per line."""
    return msgspec.json.Encoder().encode_lines(rows)
