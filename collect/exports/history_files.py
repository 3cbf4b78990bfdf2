"""What a search for listening history turns up: files to read, each with its format, and files left out."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import IO


@dataclass(frozen=True, slots=True)
class Format:
    """Whose rows a file holds, and how they stand in it."""

    rows: str  # spotify, listenbrainz, lastfm, maloja or koito
    layout: str  # array, lines, csv or pages; or the key of the object in which the array of rows stands


SPOTIFY = Format("spotify", "array")


@dataclass(frozen=True, slots=True)
class HistoryFile:
    """One file of listening history. Files with the same `export_no` are parts of one export."""

    export_no: int
    name: str
    size: int  # bytes, unpacked
    whole: bool  # part of a zip or a folder, and no loose file
    format: Format
    open: Callable[[], IO[bytes]]  # can be pickled: the file may be read in another process

    @property
    def lines(self) -> bool:
        """Whether each line is a row of its own."""
        return self.format.layout == "lines"


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A file that is not read, and why."""

    name: str
    reason: str


@dataclass(frozen=True, slots=True)
class Findings:
    """All that was looked at in what an operator named."""

    files: list[HistoryFile]
    left_out: list[LeftOut]
    coverage: list[HistoryFile]  # what exports of ours say that they cover: collect/exports/own_coverage.py
