"""Find the streaming-history files in what an operator names: files, folders and whole zips as they are sent."""

import os
import re
import stat
import struct
import zipfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path, PurePosixPath
from typing import IO

from collect.zips import UnreadableExport, history_members, open_member

# Everything else in an export (identity, payments, inferences) is nobody's business here and is never opened.
HISTORY = re.compile(
    r"(Streaming_History_(Audio|Video)|endsong|endvideo|StreamingHistory(_(music|podcast|audiobook)_?)?|Insight_Reports)"
    r".*\.json",
    re.IGNORECASE,
)
LISTENS = re.compile(r".*\.jsonl", re.IGNORECASE)  # ListenBrainz: a file a month, or one of everything
MOST_FILES = 500
MOST_BYTES = 4 * 1024**3  # a real export is below 100 MB

__all__ = ["HistoryFile", "UnreadableExport", "find_history"]


@dataclass(frozen=True, slots=True)
class HistoryFile:
    """One file of streaming history. Files with the same `export_no` are parts of one export."""

    export_no: int
    name: str
    size: int  # bytes, unpacked
    whole: bool  # part of a zip or a folder, and no loose file
    lines: bool  # JSON Lines, as ListenBrainz writes it
    open: Callable[[], IO[bytes]]  # can be pickled: the file may be read in another process


def find_history(paths: Sequence[Path]) -> list[HistoryFile]:
    """All history files in `paths`: each zip and folder is an export, loose files together are one more.

    In the order of `paths`, and by name within each. Raises UnreadableExport; so does reading a file that is larger
    than its archive says.
    """
    found: list[HistoryFile] = []
    for number, path in enumerate(paths, start=1):
        try:
            found += _in_path(path, number)
        except OSError as error:
            raise UnreadableExport(f"{path} cannot be read ({error.strerror}): name a file you may read.") from error
    _refuse_too_much(found)
    return found


def _refuse_too_much(found: Sequence[HistoryFile]) -> None:
    if not found:
        raise UnreadableExport(
            "Nothing to import: there is no Streaming_History_*.json, StreamingHistory*.json, endsong_*.json, "
            "endvideo*.json or *.jsonl in it. Name the zip that Spotify sent, the folder it unpacks to, or such a file."
        )
    if len(found) > MOST_FILES:
        raise UnreadableExport(f"{len(found)} files of history are more than {MOST_FILES}: name fewer at a time.")
    if sum(file.size for file in found) > MOST_BYTES:
        raise UnreadableExport(f"The files are larger than {MOST_BYTES} bytes together: name fewer at a time.")


def _in_path(path: Path, number: int) -> Iterator[HistoryFile]:
    if not path.exists():
        raise UnreadableExport(f"{path} does not exist: name a zip, a folder or a file of streaming history.")
    if path.is_dir():
        yield from _in_folder(path, number)
    elif not path.is_file():  # a pipe would be waited for, for ever
        raise UnreadableExport(f"{path} is neither a file nor a folder: name the zip that Spotify sent.")
    elif path.suffix.lower() in (".json", ".jsonl"):
        yield _loose(path, 0, path.name, whole=False)
    else:
        yield from _in_zip(path, number)


def _in_folder(folder: Path, number: int) -> Iterator[HistoryFile]:
    """Links are not followed out of the folder: what they lead to is somebody else's."""
    inside, files = folder.resolve(), list[Path]()
    for parent, folders, names in os.walk(folder, onerror=_raise):
        folders[:] = [name for name in folders if name != "__MACOSX"]
        files += [Path(parent, name) for name in names if _is_history(name)]
        if len(files) > MOST_FILES:
            raise UnreadableExport(f"{folder} holds more than {MOST_FILES} files of history: name fewer at a time.")
    for file in sorted(files):
        if not file.resolve().is_relative_to(inside):
            raise UnreadableExport(f"{file} is a link that leads out of {folder}: put the file itself there.")
        if not file.is_file():
            raise UnreadableExport(f"{file} is no ordinary file: leave it out, or put the file itself there.")
        yield _loose(file, number, file.relative_to(folder).as_posix(), whole=True)


def _raise(error: OSError) -> None:
    raise error


def _in_zip(path: Path, number: int) -> Iterator[HistoryFile]:
    with _archive(path) as archive:
        for name, member in history_members(archive, path.name, _is_history):
            opening = partial(_open_in_zip, path, member)
            yield HistoryFile(number, name, member.file_size, whole=True, lines=_is_lines(name), open=opening)


def _archive(path: Path) -> zipfile.ZipFile:
    try:
        return zipfile.ZipFile(path)
    except (zipfile.BadZipFile, NotImplementedError, ValueError, EOFError, OverflowError, struct.error) as error:
        if path.suffix.lower() == ".zip":
            raise UnreadableExport(f"{path.name} is not a complete zip: download it again.") from error
        raise UnreadableExport(
            f"{path.name} is neither a zip nor named *.json or *.jsonl: name such a file."
        ) from error


def _open_in_zip(path: Path, member: zipfile.ZipInfo) -> IO[bytes]:
    """Opened anew for each, so that another process can do it; what is read of it keeps it open."""
    return open_member(_archive(path), member, path.name)


def _loose(path: Path, number: int, name: str, *, whole: bool) -> HistoryFile:
    return HistoryFile(number, name, path.stat().st_size, whole, _is_lines(name), partial(_open, path))


def _open(path: Path) -> IO[bytes]:
    """Never waits, whatever has taken the file's place meanwhile."""
    handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
    if not stat.S_ISREG(os.fstat(handle).st_mode):
        os.close(handle)
        raise UnreadableExport(f"{path.name} is no ordinary file any more: name the zip that Spotify sent.")
    return os.fdopen(handle, "rb")


def _is_lines(name: str) -> bool:
    return LISTENS.fullmatch(name) is not None


def _is_history(name: str) -> bool:
    """Of the name without its folders."""
    base = PurePosixPath(name).name
    return not base.startswith("._") and (HISTORY.fullmatch(base) is not None or _is_lines(base))
