"""Refuse an import of which no row can be used, and say what is the likely cause."""

from collections import Counter
from collections.abc import Sequence

from collect.reading_files import FileReading
from collect.zips import UnreadableExport

PROBLEMS_SHOWN = 3
ADVICE = (
    "It is another tool's file, or another part of Spotify's data: name the zip that Spotify sends for Extended "
    "streaming history, its Account data, or an export of ListenBrainz, Last.fm, Maloja or Koito."
)


def refuse_useless(readings: Sequence[FileReading]) -> None:
    """Raises UnreadableExport where there is no row, or none that says what was played when."""
    rows = sum(reading.rows for reading in readings)
    fates = sum((reading.fates for reading in readings), Counter[str]())
    unusable = fates["too_little"] + fates["malformed"]
    if rows > unusable:
        return
    if not rows:
        names = ", ".join(reading.file.name for reading in readings[:PROBLEMS_SHOWN])
        raise UnreadableExport(
            f"Nothing was imported: there is no row in {names}. Nothing was played, or it is cut off."
        )
    problems = [problem for reading in readings for problem in reading.problems][:PROBLEMS_SHOWN]
    raise UnreadableExport(f"Nothing was imported: none of {rows:,} rows can be used ({'; '.join(problems)}). {ADVICE}")
