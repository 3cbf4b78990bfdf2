"""Find the listening history in the files, folders and zips that the operator names."""

from collections.abc import Sequence
from pathlib import Path

from collect.exports.file_search import Search
from collect.exports.format_detection import ZIP
from collect.exports.history_files import Findings, HistoryFile, LeftOut
from collect.exports.opening import open_file
from collect.exports.remedies import AN_EXPORT, FEWER
from collect.exports.unpacking import Scratch
from collect.exports.zips import UnreadableExport

MOST_FILES = 500
MOST_BYTES = 4 * 1024**3  # a real export has less than 100 MB
NAMED_IN_A_REFUSAL = 10

__all__ = ["Findings", "HistoryFile", "LeftOut", "UnreadableExport", "find_history", "look_through"]


def find_history(paths: Sequence[Path]) -> list[HistoryFile]:
    """All history files in `paths`, except those in nested zips and in gzip files. Raises UnreadableExport."""
    return look_through(paths, None).files


def look_through(paths: Sequence[Path], scratch: Path | None) -> Findings:
    """All history files in `paths`, and what is left out. Each zip and folder is one export; loose files form another.

    Files are in the order of `paths`, and by name within each. Nested zips and gzip files are unpacked to the folder
    `scratch`, which must exist until the files are read. Raises UnreadableExport; reading a file that is larger than
    its archive says raises it too.
    """
    search = Search(len(paths) + 1, Scratch(scratch, MOST_BYTES) if scratch else None, MOST_FILES)
    for number, path in enumerate(paths, start=1):
        try:
            _look_into(path, number, search)
        except OSError as error:
            raise UnreadableExport(f"{path} cannot be read ({error.strerror}): name a file you may read.") from error
    _refuse_too_much(search)
    return Findings(search.files, search.left_out, search.coverage)


def _look_into(path: Path, number: int, search: Search) -> None:
    if not path.exists():
        raise UnreadableExport(f"{path} does not exist: name a zip, a folder or a file of streaming history.")
    if path.is_dir():
        search.folder(path, number)
    elif not path.is_file():  # reading a pipe could block forever
        raise UnreadableExport(f"{path} is neither a file nor a folder: name the zip that Spotify sent.")
    elif _is_zip(path):
        search.zip(path, path.name, number)
    else:
        search.loose(path)


def _is_zip(path: Path) -> bool:
    with open_file(path) as stream:
        head = stream.read(4)
    return head.startswith(ZIP) or (path.suffix.lower() == ".zip" and head[:1] not in (b"[", b"{"))


def _refuse_too_much(search: Search) -> None:
    if not search.files:
        raise UnreadableExport(_nothing(search.left_out))
    if len(search.files) > MOST_FILES:
        raise UnreadableExport(f"{len(search.files)} files of history are more than {MOST_FILES}: {FEWER}")
    if sum(file.size for file in search.files) > MOST_BYTES:
        raise UnreadableExport(f"The files are larger than {MOST_BYTES} bytes together: {FEWER}")


def _nothing(left_out: Sequence[LeftOut]) -> str:
    """The message for an import without history: what was looked at, and what to name instead."""
    named = "".join(f" {file.name}: {file.reason}." for file in left_out[:NAMED_IN_A_REFUSAL])
    more = f" And {len(left_out) - NAMED_IN_A_REFUSAL:,} more." if len(left_out) > NAMED_IN_A_REFUSAL else ""
    return f"Nothing to import: no streaming history, listens or scrobbles found.{named}{more} {AN_EXPORT}"
