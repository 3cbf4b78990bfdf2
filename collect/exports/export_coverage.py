"""Tell from their names which files of an import are of one export, so that it covers the time between them too.

Spotify numbers an export's files from 0 and cuts them by size. So files that lie in one folder, are of one kind and
have numbers in a row are of one export; a number that comes twice is another export's, and where one is left out a file
is not there. A long silence is hardly ever just where a file was cut: between two files it means two exports, within a
file that nobody listened.
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
    """How `files` of one zip or folder, or loose ones, cover time; without folders that state it themselves."""
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
    return (*alone, *(found for family in families.values() for found in _sets(sorted(family), whole=whole)))


def folder_of(name: str) -> str:
    return str(PurePosixPath(name).parent)


def _sets(family: Sequence[Numbered], *, whole: bool) -> Iterator[FileSet]:
    """Loose files may be of any exports; so may those of a number that comes twice. A night is not worth a gap."""
    numbers = [number for number, _ in family]
    if len(set(numbers)) < len(numbers):
        yield FileSet(tuple(file_no for _, file_no in family), A_DAY)
        return
    run: list[Numbered] = []
    for one in family:
        if run and one[0] > run[-1][0] + 1:
            yield _set(run, whole=whole)
            run = []
        run.append(one)
    yield _set(run, whole=whole)


def _set(run: Sequence[Numbered], *, whole: bool) -> FileSet:
    return FileSet(tuple(file_no for _, file_no in run), LONGEST_SILENCE if whole else A_DAY)
