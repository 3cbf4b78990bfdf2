"""Detect, before anything is stored, that an import mixes two people's listening, or belongs to another account."""

from collections import Counter
from collections.abc import Sequence
from pathlib import PurePosixPath

from collect.exports.file_names import NOT_MUSIC
from collect.exports.reading_files import FileReading
from collect.exports.zips import UnreadableExport
from db.imports.doubts import Alternating, Shared, alternating_places, shared_with_others

COINCIDENCES = 10  # rows: up to so many, or half of all, may match by chance


class NotAgreed(UnreadableExport):
    """It is doubtful whose listening this is, and nobody confirmed the import. Nothing was stored."""


def find_doubts(account_id: int, readings: Sequence[FileReading], *, public_only: bool) -> list[str]:
    """A sentence for each doubt. Needs the rows to be staged. `public_only`: compare only with public accounts."""
    two_people = _usernames(readings) or _folders(readings)
    others = [
        _sentence(shared) for shared in shared_with_others(account_id, public_only=public_only) if _is_theirs(shared)
    ]
    return [*two_people, *others]


def _usernames(readings: Sequence[FileReading]) -> list[str]:
    rows_of = sum((reading.usernames for reading in readings), Counter[int]())
    many = sorted((rows for rows in rows_of.values() if rows > COINCIDENCES), reverse=True)
    if len(many) < 2:
        return []
    counts = ", ".join(f"{rows:,}" for rows in many[:-1]) + f" and {many[-1]:,}"
    return [f"The rows name {len(many)} different usernames ({counts} rows): it looks like several people's exports."]


def _folders(readings: Sequence[FileReading]) -> list[str]:
    """For exports without usernames: folders of the same kind have different plays at the same times."""
    places: dict[tuple[int, str], int] = {}
    of_file: dict[int, int] = {}
    for reading in filter(_is_music, readings):
        folder = PurePosixPath(reading.file.name).parent.as_posix() if reading.file.whole else ""
        of_file[reading.file_no] = places.setdefault((reading.file.export_no, folder), len(places))
    if len(places) < 2 or _are_one_persons(readings):
        return []
    beside = alternating_places(of_file)
    if beside is None or not _are_two_people(beside):
        return []
    names = {number: _place_name(number, readings, of_file) for number in (beside.one, beside.two)}
    return [
        f"{names[beside.one]} and {names[beside.two]} hold different plays at the same times ({beside.of_one:,} and "
        f"{beside.of_two:,} rows): they look like two people's exports."
    ]


def _is_music(reading: FileReading) -> bool:
    """Whether the file is about music; one person's videos and podcasts may be in a folder of their own."""
    name = PurePosixPath(reading.file.name).name.lower()
    return reading.file.format.rows == "spotify" and not any(word in name for word in NOT_MUSIC)


def _are_one_persons(readings: Sequence[FileReading]) -> bool:
    """Whether every row has the same username."""
    rows_of = sum((reading.usernames for reading in readings), Counter[int]())
    return len(rows_of) == 1 and rows_of.total() == sum(reading.rows for reading in readings)


def _are_two_people(beside: Alternating) -> bool:
    alone = min(beside.of_one, beside.of_two)
    return beside.changes > COINCIDENCES and alone > COINCIDENCES and alone > beside.of_both


def _place_name(place: int, readings: Sequence[FileReading], of_file: dict[int, int]) -> str:
    """The first file of a folder represents it, because the folder may have no name."""
    return next(reading.file.name for reading in readings if of_file.get(reading.file_no) == place)


def _is_theirs(shared: Shared) -> bool:
    """More than a few rows, and most of the rows in the common time, seen from either side."""
    return shared.known > COINCIDENCES and (2 * shared.known > shared.within or 2 * shared.known > shared.theirs)


def _sentence(shared: Shared) -> str:
    about = "" if shared.exact else "About "
    return (
        f"{about}{shared.known:,} of {shared.rows:,} rows are plays of another account here already "
        f"({shared.username}): is this the right account?"
    )
