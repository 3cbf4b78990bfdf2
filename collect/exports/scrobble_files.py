"""Read scrobbles that were exported from Last.fm: CSV with or without a header, and JSON pages of recent tracks."""

import codecs
import json
import re
from collections.abc import Iterator

from collect.exports.format_detection import cells_of
from collect.exports.json.outline import LONGEST_ROW, Damaged
from collect.exports.json.rows import Batch, Readable, read_batches

COLUMNS = ("artist", "album", "track", "date")  # of a CSV without a header
ALSO_CALLED = {"name": "track", "title": "track", "song": "track", "utc_time": "date", "timestamp": "uts"}


def read_csv(stream: Readable) -> Iterator[Batch]:
    """Each line as an object by column; as a list where the number of columns differs."""
    columns: tuple[str, ...] = ()
    for batch in read_batches(stream, lines=True, parse=_line):
        values = list(batch.values)
        if not columns and values and isinstance(values[0], list):
            columns = _header(values[0])
            values = values[1:] if columns else values
            columns = columns or COLUMNS
        yield Batch(batch.read_bytes, [_by_column(value, columns) for value in values])


def _line(line: bytes, at_byte: int) -> object:
    try:
        return cells_of(line.decode())
    except UnicodeDecodeError:
        return Damaged("not UTF-8", at_byte)


def _header(cells: list[str]) -> tuple[str, ...]:
    """The column names, if this line is a header."""
    names = tuple(ALSO_CALLED.get(cell.strip().lower(), cell.strip().lower()) for cell in cells)
    return names if "artist" in names and "track" in names else ()


def _by_column(value: object, columns: tuple[str, ...]) -> object:
    if isinstance(value, list) and len(value) == len(columns):
        return dict(zip(columns, value, strict=True))
    return value


# What surrounds tracks: pages, their wrappers, and the attributes of pages. No group is possessive, here or elsewhere:
# Python 3.11.2, as in Debian 12, loses what such a group has matched.
TAIL = r'"@attr"\s*:\s*\{[^{}]*\}'
WRAPPED = re.compile(
    r"(?:[\s,\[\]}]"
    rf"|{TAIL}(?=\s*[,}}])"
    r'|\{(?=\s*"(?:recenttracks|track)"\s*:\s*[\[{])'
    rf'|\{{(?=\s*{TAIL}\s*,\s*"track"\s*:\s*[\[{{])'
    r'|"(?:recenttracks|track)"\s*:\s*(?=[\[{]))*'
)
FIRST_KEY = re.compile(r'\{\s*"([A-Za-z_@]{1,50})"')
AHEAD, PORTION = 2 * LONGEST_ROW, 256 * 1024
DECODER = json.JSONDecoder()


def read_pages(stream: Readable) -> Iterator[Batch]:
    """Each track, however pages are wrapped."""
    decode = codecs.getincrementaldecoder("utf-8-sig")("replace")
    text, last, at_byte = "", False, 0
    while not last or text:
        while not last and len(text) < AHEAD:
            data = stream.read(PORTION)
            last = not data
            text += decode.decode(data, final=last)
        values, used = _tracks(text, len(text) if last else len(text) - LONGEST_ROW, at_byte)
        passed = len(text[:used].encode("utf-8", "surrogatepass"))
        yield Batch(passed, values)
        text, at_byte = text[used:], at_byte + passed


def _tracks(text: str, limit: int, at_byte: int) -> tuple[list[object], int]:
    """The tracks that begin before `limit`, and where to continue."""
    values, here = list[object](), 0
    while (here := _after(WRAPPED, text, here)) < limit:
        try:
            value, here = DECODER.raw_decode(text, here)
            values.append(value)
        except (ValueError, RecursionError) as error:
            reason = getattr(error, "msg", "nested too deeply")
            values.append(Damaged(f"not JSON: {reason}", at_byte + len(text[:here].encode("utf-8", "surrogatepass"))))
            here = _next_track(text, here)
    return values, here


def _next_track(text: str, here: int) -> int:
    """The next object after an unreadable one that has the same first key, which objects inside a track have not."""
    first = FIRST_KEY.match(text, here)
    following = re.compile(rf'\{{\s*"{first[1] if first else "artist"}"').search(text, here + 1)
    return following.start() if following else len(text)


def _after(pattern: "re.Pattern[str]", text: str, here: int) -> int:
    match = pattern.match(text, here)
    return match.end() if match else here
