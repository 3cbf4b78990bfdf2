"""Group the files of an import into exports by their names, so that the time between files counts as covered too.

Spotify numbers the files of an export from 0 and splits them by size. So files of one kind in one folder with
consecutive numbers belong to one export; a repeated number belongs to another export, and a skipped number means a
missing file. A split hardly ever falls into a long silence: between two files, a silence means two exports; within a
file, it means that nobody listened.
"""

import re
from collections import defaultdict
from collections.abc import Container, Iterator, Sequence
from pathlib import PurePosixPath

from collect.exports.archives import HistoryFile
from collect.exports.file_names import NOT_MUSIC
from db.plays.coverage import A_DAY, LONGEST_SILENCE, FileSet

COVERS_NO_TIME = (*NOT_MUSIC, "insight_reports")
NUMBERED = re.compile(
    r"(streaming_history_audio|endsong|streaminghistory_music)(?:_[\d-]+)?_(\d{1,3})\.json"
    r"|streaminghistory(\d{1,3})\.json",
    re.ASCII,
)
Numbered = tuple[int, int]  # a file's number in its export and in the import


def file_sets(files: Sequence[tuple[int, HistoryFile]], stated: Container[str] = ()) -> tuple[FileSet, ...]:
    """The sets of `files` that cover time together, for one zip or folder, or for loose files.

    Folders in `stated` are left out, because they state their coverage.
    """
    families, alone = defaultdict[tuple[str, str], list[Numbered]](list), list[FileSet]()
    for file_no, file in files:
        path = PurePosixPath(file.name.lower())
        if (
            file.format.rows != "spotify"
            or folder_of(file.name) in stated
            or any(word in path.name for word in COVERS_NO_TIME)
        ):
            continue
        if name := NUMBERED.fullmatch(path.name):
            families[folder_of(file.name), name[1] or ""].append((int(name[2] or name[3]), file_no))
        else:
            alone.append(FileSet((file_no,), A_DAY))
    whole = bool(files) and files[0][1].whole
    return (*alone, *(each for family in families.values() for each in _sets(sorted(family), whole=whole)))


def folder_of(name: str) -> str:
    return str(PurePosixPath(name).parent)


def _sets(family: Sequence[Numbered], *, whole: bool) -> Iterator[FileSet]:
    """Split a family at missing numbers. If numbers repeat, its files may be from any export, and bridge only a day."""
    numbers = [number for number, _ in family]
    if len(set(numbers)) < len(numbers):
        yield FileSet(tuple(file_no for _, file_no in family), A_DAY)
        return
    run: list[Numbered] = []
    for numbered in family:
        if run and numbered[0] > run[-1][0] + 1:
            yield _set(run, whole=whole)
            run = []
        run.append(numbered)
    yield _set(run, whole=whole)


def _set(run: Sequence[Numbered], *, whole: bool) -> FileSet:
    return FileSet(tuple(file_no for _, file_no in run), LONGEST_SILENCE if whole else A_DAY)
