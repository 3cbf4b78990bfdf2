"""Where one JSON value begins and ends, whatever the text is, and what it is."""

import json
import re
from dataclasses import dataclass

import orjson

LONGEST_ROW = 1024 * 1024  # bytes; real rows have about 700
WINDOWS = (2048, 64 * 1024, LONGEST_ROW + 1024)
DEEP = 200  # levels; a reader's limit lies above, in Python's recursion

SPACE = r"[ \t\r\n]*+"
STRING = r'"(?:[^"\\]++|\\.)*+"'
TOKEN = re.compile(rf'{STRING}|[{{}}\[\]]|"', re.DOTALL)
# A row's beginning that was taken for the end of a string, because the string's own end is lost.
SWALLOWED = re.compile(r'\{[ \t\r\n]{0,20}"[ \t\r\n]{0,20}\Z')
UNFINISHED = re.compile(r"[A-Za-z0-9+.\- \t\r\n]{0,100}\Z")
# Only ends are wanted of it: numbers need not be made.
OUTLINE = json.JSONDecoder(parse_int=len, parse_float=len, parse_constant=len)


@dataclass(frozen=True, slots=True)
class Damaged:
    """A stretch that cannot be read; `at_byte` is where in the file it begins, from 0."""

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
    try:  # half a surrogate pair and numbers beyond all measure are JSON too
        return json.loads(row.decode(), parse_int=_whole_number, parse_constant=_no_number)
    except UnicodeDecodeError:
        return Damaged("not UTF-8", at_byte)
    except RecursionError:
        return Damaged("nested too deeply", at_byte)
    except ValueError as error:
        return Damaged(f"not JSON: {getattr(error, 'msg', error)}", at_byte)


def _whole_number(digits: str) -> int | float:
    return int(digits) if len(digits) < 100 else float(digits)  # more would take quadratic time


def _no_number(word: str) -> None:
    raise ValueError(f"{word} is no number")


@dataclass(frozen=True, slots=True)
class Unreadable:
    """What cannot be a value, and why."""

    reason: str
    position: int  # up to here it could have been a value
    unfinished: bool  # it would be one if the text went on


def end_of_value(text: str, start: int) -> int | Unreadable:
    """Where the value at `start` ends. An error costs as much time as there is text, so little is tried first."""
    for window in WINDOWS:
        piece = text[start : start + window]
        found = _end_in(piece)
        is_all = start + len(piece) == len(text) or window == WINDOWS[-1]
        if isinstance(found, Unreadable):
            if is_all or not found.unfinished:
                return Unreadable(found.reason, start + found.position, found.unfinished)
        elif is_all or found < len(piece):
            return start + found
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
    """Where `text` is nested so deeply that it is no row's any more."""
    depth = 0
    for token in TOKEN.finditer(text):
        depth += change(token)
        if depth == DEEP:
            return token.end()
    return len(text)


def change(token: "re.Match[str]") -> int:
    """By how much a TOKEN makes the depth grow."""
    first = token.group()[0]
    return 1 if first in "{[" else -1 if first in "}]" else 0
