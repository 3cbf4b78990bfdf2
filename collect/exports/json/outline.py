"""Parse one JSON value, and find where it ends, in any text."""

import json
import re
from dataclasses import dataclass

import orjson

LONGEST_ROW = 1024 * 1024  # bytes; real rows have about 700
WINDOWS = (2048, 64 * 1024, LONGEST_ROW + 1024)
DEEP = 200  # levels; Python's recursion limit is higher

SPACE = r"[ \t\r\n]*+"
STRING = r'"[^"\\]*(?:\\.[^"\\]*)*"'
TOKEN = re.compile(rf'{STRING}|[{{}}\[\]]|"', re.DOTALL)
# The beginning of a row that was read as the end of a string, because the string's own end is lost.
SWALLOWED = re.compile(r'\{[ \t\r\n]{0,20}"[ \t\r\n]{0,20}\Z')
UNFINISHED = re.compile(r"[A-Za-z0-9+.\- \t\r\n]{0,100}\Z")
# It only finds ends, so it need not convert numbers.
OUTLINE = json.JSONDecoder(parse_int=len, parse_float=len, parse_constant=len)


@dataclass(frozen=True, slots=True)
class Damaged:
    """An unreadable stretch; `at_byte` is where it begins in the file, counted from 0."""

    reason: str
    at_byte: int


def parsed(row: bytes, at_byte: int) -> object:
    """The JSON value, or Damaged; `at_byte` is where it begins."""
    try:
        return orjson.loads(row)
    except orjson.JSONDecodeError:
        pass
    if len(row) > LONGEST_ROW:
        return Damaged(f"a row longer than {LONGEST_ROW} bytes", at_byte)
    try:  # half a surrogate pair and huge numbers are valid JSON
        return json.loads(row.decode(), parse_int=_whole_number, parse_constant=_no_number)
    except UnicodeDecodeError:
        return Damaged("not UTF-8", at_byte)
    except RecursionError:
        return Damaged("nested too deeply", at_byte)
    except ValueError as error:
        return Damaged(f"not JSON: {getattr(error, 'msg', error)}", at_byte)


def _whole_number(digits: str) -> int | float:
    return int(digits) if len(digits) < 100 else float(digits)  # converting more would take quadratic time


def _no_number(word: str) -> None:
    raise ValueError(f"{word} is not a number")


@dataclass(frozen=True, slots=True)
class Unreadable:
    """Why a text is not a value."""

    reason: str
    position: int  # up to here it could be a value
    unfinished: bool  # it could be one if the text continued


def end_of_value(text: str, start: int) -> int | Unreadable:
    """Where the value at `start` ends. An error takes time in proportion to the text, so short pieces come first."""
    for window in WINDOWS:
        piece = text[start : start + window]
        end = _end_in(piece)
        is_all = start + len(piece) == len(text) or window == WINDOWS[-1]
        if isinstance(end, Unreadable):
            if is_all or not end.unfinished:
                return Unreadable(end.reason, start + end.position, end.unfinished)
        elif is_all or end < len(piece):
            return start + end
    raise AssertionError("the last window is all there is")


def _end_in(text: str) -> int | Unreadable:
    try:
        return OUTLINE.raw_decode(text)[1]
    except RecursionError:
        return Unreadable("nested too deeply", _deep(text), unfinished=False)
    except json.JSONDecodeError as error:
        position = max(error.pos, 1)
        if swallowed := SWALLOWED.search(text, max(position - 50, 1), position):
            position = swallowed.start()
        unfinished = error.msg.startswith("Unterminated") or UNFINISHED.match(text, error.pos) is not None
        return Unreadable(f"not JSON: {error.msg}", position, unfinished)


def _deep(text: str) -> int:
    """Where `text` is nested more deeply than any row."""
    depth = 0
    for token in TOKEN.finditer(text):
        depth += change(token)
        if depth == DEEP:
            return token.end()
    return len(text)


def change(token: "re.Match[str]") -> int:
    """The change of depth that a TOKEN makes."""
    first = token.group()[0]
    return 1 if first in "{[" else -1 if first in "}]" else 0
