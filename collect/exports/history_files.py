"""The result of a search for listening history: files to read, with their formats, and files left out."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import IO


@dataclass(frozen=True, slots=True)
class Format:
    """Which service's rows a file has, and its layout."""

    rows: str  # spotify, listenbrainz, lastfm, maloja or koito
    layout: str  # array, lines, csv or pages; or the key whose value is the array of rows


SPOTIFY = Format("spotify", "array")


@dataclass(frozen=True, slots=True)
class HistoryFile:
    """One file of listening history. Files with the same `export_no` are parts of one export."""

    export_no: int
    name: str
    size: int  # bytes, unpacked
    whole: bool  # part of a zip or a folder, not a loose file
    format: Format
    open: Callable[[], IO[bytes]]  # can be pickled: the file may be read in another process

    @property
    def lines(self) -> bool:
        """Whether each line is a row of its own."""
        return self.format.layout == "lines"


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A file that is not read, and the reason."""

    name: str
    reason: str


@dataclass(frozen=True, slots=True)
class Findings:
    """Everything found in what the operator named."""

    files: list[HistoryFile]
    left_out: list[LeftOut]
    coverage: list[HistoryFile]  # coverage files of our own exports: collect/exports/own_coverage.py
