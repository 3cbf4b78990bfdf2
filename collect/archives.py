"""Find the streaming-history files in what an operator names: files, folders and whole zips as Spotify makes them."""

import re
import zipfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path, PurePosixPath
from typing import IO

# Everything else in an export (identity, payments, inferences) is nobody's business here and is never opened.
HISTORY = re.compile(
    r"(Streaming_History_(Audio|Video)|endsong|endvideo|StreamingHistory(_(music|podcast|audiobook)_?)?).*\.json",
    re.IGNORECASE,
)


class UnreadableExport(Exception):
    """What was named cannot be imported; the sentence names it and says what would be right."""


@dataclass(frozen=True, slots=True)
class HistoryFile:
    """One file of streaming history. Files with the same `export_no` are parts of one export."""

    export_no: int
    name: str
    size: int  # bytes, unpacked
    open: Callable[[], IO[bytes]]


def find_history(paths: Sequence[Path]) -> list[HistoryFile]:
    """All history files in `paths`: each zip and folder is an export, loose files together are one more.

    Raises UnreadableExport.
    """
    found: list[HistoryFile] = []
    for number, path in enumerate(paths, start=1):
        if not path.exists():
            raise UnreadableExport(f"{path} does not exist.")
        found += list(_in_path(path, number))
    if not found:
        raise UnreadableExport(
            "Nothing to import: there is no Streaming_History_*.json, StreamingHistory*.json, endsong_*.json or "
            "endvideo*.json in it. Name the zip that Spotify sent, the folder it unpacks to, or such a file."
        )
    return found


def _in_path(path: Path, number: int) -> Iterator[HistoryFile]:
    if path.is_dir():
        files = sorted(file for file in path.rglob("*.json") if _is_history(file.name))
        yield from (_loose(file, number, file.relative_to(path).as_posix()) for file in files)
    elif zipfile.is_zipfile(path):
        yield from _in_zip(path, number)
    elif path.suffix.lower() == ".zip":
        raise UnreadableExport(f"{path.name} is not a complete zip: download it again.")
    else:
        yield _loose(path, 0, path.name)


def _loose(path: Path, number: int, name: str) -> HistoryFile:
    return HistoryFile(number, name, path.stat().st_size, partial(_open, path))


def _open(path: Path) -> IO[bytes]:
    return path.open("rb")


def _in_zip(path: Path, number: int) -> Iterator[HistoryFile]:
    archive = zipfile.ZipFile(path)
    for member in sorted(archive.infolist(), key=lambda member: member.filename):
        if not member.is_dir() and _is_history(PurePosixPath(member.filename).name):
            yield HistoryFile(number, member.filename, member.file_size, partial(archive.open, member))


def _is_history(name: str) -> bool:
    return HISTORY.fullmatch(name) is not None
