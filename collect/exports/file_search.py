"""Search files, folders and zips within limits: each file is accepted, unpacked, or left out with a reason."""

import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path, PurePosixPath
from typing import IO

from collect.exports.file_names import COVERAGE, is_history, reason_to_leave_out
from collect.exports.format_detection import GZIP, HEAD, ZIP, recognise
from collect.exports.history_files import Format, HistoryFile, LeftOut
from collect.exports.opening import files_below, open_file, open_in_zip, open_zip, reason_of_a_link
from collect.exports.remedies import FEWER, WHOLE_ZIP, WITH_ITS_COVERAGE
from collect.exports.unpacking import DEEPEST, Scratch
from collect.exports.zips import (
    UnreadableExport,
    members_of,
    open_member,
    refusal,
    refuse_overlaps,
    refuse_together,
    shown,
)


@dataclass(frozen=True, slots=True)
class Place:
    """A file that may be history. `depth` counts the zips and gzip files around it, without the one that was named."""

    export_no: int
    name: str
    size: int
    whole: bool
    open: Callable[[], IO[bytes]]
    depth: int = 0
    look: Callable[[], IO[bytes]] | None = None  # a cheaper way to read only its beginning


class Search:
    """Collects what it finds. Nested zips are exports of their own, numbered from `next_export`."""

    def __init__(self, next_export: int, scratch: Scratch | None, most_files: int) -> None:
        self.files: list[HistoryFile] = []
        self.left_out: list[LeftOut] = []
        self.coverage: list[HistoryFile] = []
        self._next_export, self._scratch, self._most_files = next_export, scratch, most_files

    def loose(self, path: Path) -> None:
        """A file that was named: its content decides, unless its name says that it must not be opened."""
        if reason := reason_to_leave_out(path.name):
            self.left_out.append(LeftOut(path.name, reason))
            return
        self.consider(Place(0, path.name, path.stat().st_size, False, partial(open_file, path)))

    def folder(self, folder: Path, export_no: int) -> None:
        """Links out of the folder are not followed, because their targets may be somebody else's."""
        for path, name in files_below(folder):
            if reason := reason_to_leave_out(name) or reason_of_a_link(path, folder):
                self.left_out.append(LeftOut(name, reason))
            else:
                self.consider(Place(export_no, name, path.stat().st_size, True, partial(open_file, path)))
                self._refuse_too_many(folder)

    def _refuse_too_many(self, where: Path) -> None:
        if len(self.files) > self._most_files:
            raise UnreadableExport(f"{where} holds more than {self._most_files} files of history: {FEWER}")

    def zip(self, path: Path, zip_name: str, export_no: int, depth: int = 0) -> None:
        """`zip_name` is its name; the name of a nested zip includes its folders and the outer zip."""
        prefix = f"{zip_name}/" if depth else ""
        with open_zip(path, zip_name) as archive:
            candidates = []
            for name, member in members_of(archive, zip_name):
                opening = partial(open_in_zip, path, member, zip_name)
                looking = partial(open_member, archive, member, zip_name)  # opening a zip reads the list of its members
                place = Place(export_no, prefix + shown(name), member.file_size, True, opening, depth, looking)
                if self._may_open(place, name, member, zip_name):
                    candidates.append((place, member))
            refuse_overlaps([member for _, member in candidates], zip_name)
            refuse_together([member for place, member in candidates if self.consider(place)], zip_name)

    def _may_open(self, place: Place, name: str, member: zipfile.ZipInfo, zip_name: str) -> bool:
        """Raises UnreadableExport for history that must not be opened, and leaves out other such files."""
        reason = reason_to_leave_out(name)
        if reason is None and (reason := refusal(name, member)) and is_history(name):
            raise UnreadableExport(f"{shown(name)} in {zip_name} {reason}: {WHOLE_ZIP}")
        if reason:
            self.left_out.append(LeftOut(place.name, reason))
        return reason is None

    def consider(self, place: Place) -> bool:
        """Return whether the file is accepted; if not, it is left out. Raises UnreadableExport for damaged history."""
        if PurePosixPath(place.name).name == COVERAGE:
            return self._states_coverage(place)
        try:
            with (place.look or place.open)() as stream:
                head = stream.read(HEAD)
            if head.startswith((GZIP, *ZIP)):
                return self._packed(place, is_zip=not head.startswith(GZIP))
        except (UnreadableExport, OSError) as error:
            if is_history(place.name):
                raise
            reason = f"cannot be read ({error.strerror})" if isinstance(error, OSError) else str(error)
            self.left_out.append(LeftOut(place.name, reason))
            return False
        return self._recognised(place, head)

    def _recognised(self, place: Place, head: bytes) -> bool:
        format_or_reason = recognise(head, place.name, named=not place.whole)
        if isinstance(format_or_reason, str):
            self.left_out.append(LeftOut(place.name, format_or_reason))
            return False
        self.files.append(
            HistoryFile(place.export_no, place.name, place.size, place.whole, format_or_reason, place.open)
        )
        return True

    def _states_coverage(self, place: Place) -> bool:
        """Accept a coverage file of a zip or folder; it says nothing about loose files."""
        if place.whole:
            self.coverage.append(
                HistoryFile(place.export_no, place.name, place.size, True, Format("coverage", "object"), place.open)
            )
        else:
            reason = f"says what an export covers, not what was played: {WITH_ITS_COVERAGE}"
            self.left_out.append(LeftOut(place.name, reason))
        return place.whole

    def _packed(self, place: Place, *, is_zip: bool) -> bool:
        """Search a nested zip or a gzip file."""
        if self._scratch is None or place.depth >= DEEPEST:
            self.left_out.append(LeftOut(place.name, "inside too many other archives: unpack it first"))
            return False
        with place.open() as stream:
            if is_zip:
                return self._inner_zip(place, self._scratch.copy(stream, place.name))
            path = self._scratch.gunzipped(stream, place.name, place.size)
        size, opening = path.stat().st_size, partial(open_file, path)
        return self.consider(Place(place.export_no, place.name, size, place.whole, opening, place.depth + 1))

    def _inner_zip(self, place: Place, path: Path) -> bool:
        """Accept the whole zip or nothing of it. Raises UnreadableExport."""
        files, left_out = len(self.files), len(self.left_out)
        self._next_export += 1
        try:
            self.zip(path, place.name, self._next_export - 1, place.depth + 1)
        except UnreadableExport:
            del self.files[files:], self.left_out[left_out:]
            raise
        return True
