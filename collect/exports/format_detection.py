"""Detect the format of a file by how it begins, whatever its name is."""

import codecs
import csv
import json
import re

from collect.exports.file_names import is_history, is_listens
from collect.exports.history_files import SPOTIFY, Format
from collect.exports.rows.lastfm_dates import is_date

HEAD = 64 * 1024  # bytes to look at: some dozens of rows
GZIP, ZIP = b"\x1f\x8b", (b"PK\x03\x04", b"PK\x05\x06")
PACKED = {
    b"7z\xbc\xaf": "7z", b"Rar!": "rar", b"BZh": "bzip2", b"\xfd7zXZ": "xz", b"\x28\xb5\x2f\xfd": "zstd",
}  # fmt: skip
TAR = slice(257, 262)
KEY = re.compile(rb'"([A-Za-z_@#][A-Za-z0-9_@#]{0,60})"[ \t\r\n]*:')
LISTENS_INSIDE = re.compile(rb'\A[^\[]*"listens"[ \t\r\n]*:[ \t\r\n]*\[')
NO_ROWS = "no rows of streaming history, listens or scrobbles in it"


def recognise(head: bytes, name: str, *, named: bool = False) -> Format | str:
    """The format of the file that begins with `head`, or the reason why it cannot be imported.

    A JSON file that was `named` itself and has no objects at all counts as damaged history.
    """
    if packing := _packing(head):
        return f"packed as {packing}: unpack it first"
    text = _plain(head)
    keys = {key.decode() for key in KEY.findall(text)}
    is_damaged = named and not keys and len(text) > 2 and name.lower().endswith((".json", ".jsonl"))
    if not text and is_listens(name):
        return "empty"  # a month without listens
    return _by_keys(keys, text) or _csv(text) or _by_name(name) or (SPOTIFY if is_damaged else _reason(text))


def _packing(head: bytes) -> str | None:
    """The packing of a file that must be unpacked first."""
    packings = (packing for mark, packing in PACKED.items() if head.startswith(mark))
    return "tar" if head[TAR] == b"ustar" else next(packings, None)


def _plain(head: bytes) -> bytes:
    """The text without a byte order mark; of UTF-16 and UTF-32, only ASCII characters, which is enough to detect it."""
    return head.removeprefix(codecs.BOM_UTF8).replace(b"\0", b"").lstrip(b"\xff\xfe \t\r\n")


def _by_keys(keys: set[str], text: bytes) -> Format | None:
    if "exported_at" in keys and "listens" in keys:
        return Format("koito", "listens")
    if "scrobbles" in keys and ("maloja" in keys or {"time", "track", "artists"} <= keys):
        return Format("maloja", "scrobbles")
    if {"listened_at", "track_metadata"} <= keys:
        return Format("listenbrainz", _layout_of_listens(text))
    if _has_history(keys):
        return Format("spotify", "lines") if _begins_with_a_row(text) else SPOTIFY
    return Format("lastfm", "pages") if _has_scrobbles(keys) else None


def _has_history(keys: set[str]) -> bool:
    extended = "ts" in keys and keys & {"ms_played", "spotify_track_uri", "master_metadata_track_name"}
    return bool(extended) or {"endTime", "msPlayed"} <= keys


def _has_scrobbles(keys: set[str]) -> bool:
    """True for pages or a flat list of Last.fm's recent tracks; not for loved or top tracks."""
    if keys & {"lovedtracks", "toptracks", "playcount"}:
        return False
    return "recenttracks" in keys or (
        "artist" in keys and bool(keys & {"name", "track"}) and bool(keys & {"date", "uts"})
    )


def _layout_of_listens(text: bytes) -> str:
    if text.startswith(b"["):
        return "array"
    return "listens" if LISTENS_INSIDE.match(text) else "lines"


def _begins_with_a_row(text: bytes) -> bool:
    """Whether the first line is one whole object, as in JSON Lines."""
    try:
        return isinstance(json.loads(text.partition(b"\n")[0]), dict)
    except (ValueError, RecursionError):
        return False


def _csv(text: bytes) -> Format | None:
    """Scrobbles from Last.fm with a header, or four columns with a date in the last."""
    cells = cells_of(text.partition(b"\n")[0][:10_000].decode("utf-8", "replace"))
    named = {cell.strip().lower() for cell in cells}
    has_header = "artist" in named and named & {"track", "name", "title"} and named & {"uts", "date", "utc_time"}
    return Format("lastfm", "csv") if has_header or (len(cells) == 4 and is_date(cells[3])) else None


def cells_of(line: str) -> list[str]:
    """The cells of a line of CSV; empty if it is not CSV."""
    try:
        return next(csv.reader([line.strip()]), [])
    except csv.Error:
        return []


def _by_name(name: str) -> Format | None:
    """The format by the file's name: such a file that does not look like history is damaged; reading it shows where."""
    if is_history(name):
        return SPOTIFY
    return Format("listenbrainz", "lines") if is_listens(name) else None


def _reason(text: bytes) -> str:
    if not text:
        return "empty"
    return "an empty list" if text[:1] == b"[" and text[1:100].lstrip().startswith(b"]") else NO_ROWS
