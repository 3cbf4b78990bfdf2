"""Read the rows of a JSON array or of JSON Lines, of any size and however damaged, in constant memory."""

import codecs
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Protocol

import orjson

from collect.exports.json.damaged import CarefulReader
from collect.exports.json.outline import LONGEST_ROW, Damaged, parsed

BLOCK = 256 * 1024  # parsed at a time: larger blocks do not fit the processor's cache and take twice as long
AHEAD = 2 * LONGEST_ROW  # where something is wrong, at least one whole row after each row is in memory
FIRST_KEY = re.compile(rb'\{[ \t\r\n]*"[A-Za-z0-9_]{1,100}"')
NOT_UTF8 = "the file is UTF-16 or UTF-32, and not UTF-8 as exports are: save it as UTF-8"


class Readable(Protocol):
    """A file, or anything that is read like one."""

    def read(self, size: int, /) -> bytes: ...


@dataclass(frozen=True, slots=True)
class Batch:
    """Some rows in order. `read_bytes` is how much of the file was read since the previous batch."""

    read_bytes: int
    values: list[object]  # each a parsed JSON value, or Damaged


def read_batches(
    stream: Readable, *, lines: bool = False, inside: str = "", parse: Callable[[bytes, int], object] = parsed
) -> Iterator[Batch]:
    """All rows of a file, with Damaged in place of unreadable stretches.

    `lines`: each line is a row, and `parse` gets the line and its position in bytes. `inside`: the array of rows is the
    value of this key in an object.

    Raises only what `stream` raises. Missing, doubled and trailing commas are ignored, because they lose nothing.
    """
    start = _fill(stream, b"", BLOCK)
    if _is_wide(start):
        yield Batch(len(start), [Damaged(NOT_UTF8, 0)])
    elif not start:
        yield Batch(0, [Damaged("the file is empty", 0)])
    else:
        mark = len(codecs.BOM_UTF8) if start.startswith(codecs.BOM_UTF8) else 0
        yield from _lines(stream, start[mark:], mark, parse) if lines else _array(stream, start[mark:], mark, inside)


def _fill(stream: Readable, data: bytes, size: int) -> bytes:
    """`data` and what follows it, `size` bytes in total; fewer only at the end of the file."""
    parts, missing = [data], size - len(data)
    while missing > 0 and (part := stream.read(missing)):
        parts.append(part)
        missing -= len(part)
    return b"".join(parts)


def _is_wide(start: bytes) -> bool:
    """Whether this is UTF-16 or UTF-32, with or without a byte order mark."""
    if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE, codecs.BOM_UTF32_BE)):
        return True
    nuls = [byte == 0 for byte in start[:4]]
    return nuls in ([True, False, True, False], [False, True, False, True])


def _array(stream: Readable, data: bytes, at: int, inside: str) -> Iterator[Batch]:
    """`at` bytes have been read before `data`."""
    data, skipped = _begin_inside(data, inside) if inside else _begin(data)
    careful = CarefulReader(at + skipped, begun=skipped > 0, wrapped=bool(inside))
    read, first_key = at + skipped, _first_key(data)
    while True:
        data = _fill(stream, data, BLOCK)
        values, used = ([], 0) if careful.is_lost else _at_once(data[:BLOCK], first_key)
        if used:
            careful.skip(used, values)
        else:
            data = _fill(stream, data, AHEAD)
            last = len(data) < AHEAD
            values, used = careful.read(data, last)
            if last:
                yield Batch(read + used, [*values, *careful.end()])
                return
            first_key = _first_key(data[used:]) or first_key
        yield Batch(read + used, values)
        data, read = data[used:], 0


def _begin(data: bytes) -> tuple[bytes, int]:
    """What follows the array's `[`, and the number of bytes before that; everything and 0 if there is no array."""
    inside = data.lstrip(b" \t\r\n")
    return (inside[1:], len(data) - len(inside) + 1) if inside.startswith(b"[") else (data, 0)


def _begin_inside(data: bytes, key: str) -> tuple[bytes, int]:
    """The same for an array that is the value of `key`."""
    begins = re.search(rb'"%b"[ \t\r\n]*:[ \t\r\n]*\[' % key.encode(), data)
    return (data[begins.end() :], begins.end()) if begins else (data, 0)


def _first_key(data: bytes) -> bytes:
    """The beginning of the rows of this file, such as `{"ts"`; empty if it is unclear."""
    match = FIRST_KEY.search(data)
    return match.group() if match else b""


def _at_once(block: bytes, first_key: bytes) -> tuple[list[object], int]:
    """The rows of a block before the last that begins in it, and their length in bytes; nothing if it is damaged.

    A cut is right if the text before it parses, because JSON is unambiguous.
    """
    cut = block.rfind(first_key or b",")
    if cut <= 0:
        return [], 0
    try:
        return orjson.loads(b"[%b]" % block[:cut].strip(b" \t\r\n,")), cut
    except orjson.JSONDecodeError:
        return [], 0


def _lines(stream: Readable, data: bytes, at: int, parse: Callable[[bytes, int], object]) -> Iterator[Batch]:
    """`at` bytes have been read before `data`."""
    position, read, too_long = at, at, False
    while data:
        data = _fill(stream, data, LONGEST_ROW)
        last = len(data) < LONGEST_ROW
        used = len(data) if last else data.rfind(b"\n") + 1
        whole = data[: used or len(data)]
        values: list[object] = []
        for line in whole.split(b"\n"):
            if not too_long and (used or not line) and line.strip():
                values.append(parse(line, position))
            too_long = too_long and not used
            position += len(line) + 1
        position -= 1
        if not used and not too_long:
            values, too_long = [Damaged(f"a line longer than {LONGEST_ROW} bytes", position - len(whole))], True
        yield Batch(read + len(whole), values)
        data, read = _fill(stream, data[len(whole) :], 1), 0
