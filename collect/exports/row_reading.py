"""Read one history file, chunk by chunk: each row is either ready for the database or set aside with a reason."""

import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from collect.exports.archives import HistoryFile, UnreadableExport
from collect.exports.formats import ROW_READERS, batches
from collect.exports.json.outline import Damaged
from collect.exports.remedies import ANOTHER_EXPORT, KEEP_READABLE, NOT_IMPORTED
from collect.exports.repeated_imports import Hashed
from collect.exports.rows.export_rows import Malformed, TooLittle, content_of, track_facts
from collect.exports.rows.future_rows import refuse_future
from collect.exports.username_counts import count_usernames
from db.imports.staging import AsideRow, StagedRow, as_csv
from music import Track

MOST_UNKNOWN = 100_000  # rows without a play between them: no export has so many, and each is stored when set aside


@dataclass(frozen=True, slots=True)
class Source:
    """A file to read, its number in the import, and whether to keep the readable rows of a damaged file.

    Rows of plays that ended after `latest` are set aside.
    """

    file: HistoryFile
    file_no: int
    keep_readable: bool
    latest: datetime


@dataclass(frozen=True, slots=True)
class Chunk:
    """Some rows of a file. The last chunk of a file has its digest and no rows."""

    read_bytes: int = 0
    rows: int = 0
    plays: int = 0
    last_play: int = 0  # the number of the last row that became a play; 0: none did
    staged: bytes = b""  # the plays, in the form that db/imports/staging.py copies
    aside: tuple[AsideRow, ...] = ()
    facts: tuple[Track, ...] = ()  # descriptions of tracks by Spotify's API, from our own exports
    usernames: tuple[tuple[int, int], ...] = ()  # (digest of a username, number of rows)
    sha256: str = ""


def read_file(source: Source) -> Iterator[Chunk]:
    """Raises UnreadableExport."""
    read_rows = last_play = 0
    try:
        with source.file.open() as stream:
            hashed = Hashed(stream)
            for batch in batches(hashed, source.file.format):
                chunk = _chunk(source, batch.read_bytes, batch.values, read_rows)
                read_rows, last_play = read_rows + chunk.rows, chunk.last_play or last_play
                if read_rows - last_play > MOST_UNKNOWN:
                    raise _unknown(source, last_play)
                yield chunk
            yield Chunk(sha256=hashed.digest())
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError) as error:
        raise _damaged(source, read_rows, type(error).__name__) from error


def _chunk(source: Source, read_bytes: int, values: list[object], read_rows: int) -> Chunk:
    readable: list[tuple[int, StagedRow]] = []
    aside: list[AsideRow] = []
    facts: list[Track] = []
    read = ROW_READERS[source.file.format.rows]
    for row_no, value in enumerate(values, start=read_rows + 1):
        try:
            play = read(value)
            refuse_future(play, source.latest)
        except (Malformed, TooLittle) as error:
            aside.append(_aside(source, row_no, value, error))
        else:
            readable.append((row_no, play))
            if "insight" in value and (fact := track_facts(value)):  # type: ignore[operator] # it was parsed
                facts.append(fact)
    staged = as_csv(source.file.export_no, source.file_no, readable)
    usernames = count_usernames(values)
    last_play = readable[-1][0] if readable else 0
    return Chunk(read_bytes, len(values), len(readable), last_play, staged, tuple(aside), tuple(facts), usernames)


def _aside(source: Source, row_no: int, value: object, error: Malformed | TooLittle) -> AsideRow:
    """Raises UnreadableExport for a damaged stretch, unless the readable rows should be kept."""
    if not isinstance(value, Damaged):
        fate = "malformed" if isinstance(error, Malformed) else "too_little"
        return AsideRow(row_no, fate, str(error), content_of(value))
    where = f"at byte {value.at_byte:,}: {value.reason}"
    if not source.keep_readable:
        raise _damaged(source, row_no - 1, where)
    return AsideRow(row_no, "malformed", where, "")


def _damaged(source: Source, rows: int, where: str) -> UnreadableExport:
    return UnreadableExport(
        f"{source.file.name} is damaged or not JSON, after row {rows:,} ({where}). {NOT_IMPORTED}. {KEEP_READABLE}"
    )


def _unknown(source: Source, rows: int) -> UnreadableExport:
    return UnreadableExport(
        f"{source.file.name}: none of more than {MOST_UNKNOWN:,} rows after row {rows:,} can be used. {NOT_IMPORTED}. "
        f"It may be another tool's file: {ANOTHER_EXPORT}"
    )
