"""Refuse an import without a usable row, and name the likely cause."""

from collections import Counter
from collections.abc import Sequence

from collect.exports.history_files import LeftOut
from collect.exports.reading_files import FileReading
from collect.exports.remedies import ANOTHER_EXPORT, NOT_IMPORTED
from collect.exports.zips import UnreadableExport

SHOWN = 3
ADVICE = f"It may be another tool's file, or another part of Spotify's data: {ANOTHER_EXPORT}"


def refuse_useless(readings: Sequence[FileReading], left_out: Sequence[LeftOut]) -> None:
    """Raises UnreadableExport if no row says what was played and when."""
    rows = sum(reading.rows for reading in readings)
    fates = sum((reading.fates for reading in readings), Counter[str]())
    if rows > fates["too_little"] + fates["malformed"]:
        return
    problems = [problem for reading in readings for problem in reading.problems][:SHOWN]
    cause = f"none of {rows:,} rows can be used ({'; '.join(problems)})" if rows else _without_rows(readings)
    others = "".join(f" {file.name} was not read: {file.reason}." for file in left_out[:SHOWN])
    raise UnreadableExport(f"{NOT_IMPORTED}: {cause}.{others} {ADVICE}")


def _without_rows(readings: Sequence[FileReading]) -> str:
    return f"there are no rows in {', '.join(reading.file.name for reading in readings[:SHOWN])}"
