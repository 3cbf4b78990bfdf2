"""Write plays as a zip of extended streaming history, as Spotify sends it."""

import zipfile
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import IO

import orjson

from export.spotify_history import Row, SpotifyRows
from insights.plays.every_play import StoredPlay
from insights.plays.spans import Span

FOLDER = "Spotify Extended Streaming History"
HISTORY, OTHERS = "Streaming_History_Audio", "Insight_Reports"
COVERAGE = "Insight_Coverage.json"
# Spotify splits its files like this. A whole file is held in memory, because its name depends on its last row.
FILE_BYTES = 12_000_000


Batches = Iterable[Sequence[StoredPlay]]


def write_archive(
    stream: IO[bytes],
    account_id: int,
    batches: Batches,
    other_reports: Batches = (),
    file_bytes: int = FILE_BYTES,
    covers: Mapping[str, Sequence[Span]] | None = None,
) -> None:
    """Write the zip of an account's plays. The same plays give the same bytes. `stream` need not be seekable.

    `other_reports` of the same plays go into files that other programs ignore, because they would count the plays
    twice. `covers` goes into a separate file: it has the times for which the plays are complete, because rows alone
    cannot tell silence from missing plays.
    """
    archive = Archive(stream, account_id, file_bytes)
    for name, reports in ((HISTORY, batches), (OTHERS, other_reports)):
        for batch in reports:
            archive.add(name, batch)
    archive.finish(covers)


class Archive:
    """A zip that is written batch by batch: first all of the HISTORY, then the OTHERS."""

    def __init__(self, stream: IO[bytes], account_id: int, file_bytes: int = FILE_BYTES) -> None:
        self._zip = zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED)
        self._rows, self._file_bytes = SpotifyRows(account_id), file_bytes
        self._parts = _Parts(self._zip, HISTORY, file_bytes)

    def add(self, name: str, batch: Sequence[StoredPlay]) -> None:
        """Needs an open connection. If it fails, nothing of the batch is written."""
        rows = self._rows.rows(batch)
        if name != self._parts.name:
            self._parts.finish()
            self._parts = _Parts(self._zip, name, self._file_bytes)
        for row in rows:
            self._parts.add(row)

    def finish(self, covers: Mapping[str, Sequence[Span]] | None = None) -> None:
        self._parts.finish()
        if covers is not None:
            spans = {kind: list(map(_instants, spans)) for kind, spans in covers.items()}
            _add(self._zip, COVERAGE, orjson.dumps(spans))
        self._zip.close()


def _instants(span: Span) -> list[str]:
    """The first and the last instant, rounded down to milliseconds."""
    return [_instant(span.start.astimezone(UTC)), _instant(span.end.astimezone(UTC))]


def _instant(moment: datetime) -> str:
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _add(archive: zipfile.ZipFile, name: str, content: bytes | bytearray) -> None:
    """Add a file with a constant date, which only its owner can read when it is unpacked."""
    file = zipfile.ZipInfo(f"{FOLDER}/{name}")
    file.external_attr, file.compress_type = 0o600 << 16, zipfile.ZIP_DEFLATED
    with archive.open(file, "w") as member:
        member.write(content)


class _Parts:
    """Writes rows to the files of an archive, one file after the other."""

    def __init__(self, archive: zipfile.ZipFile, name: str, file_bytes: int) -> None:
        self.archive, self.name, self.file_bytes, self.number = archive, name, file_bytes, 0
        self._empty()

    def _empty(self) -> None:
        self.data = bytearray()
        self.years = ("", "")

    def add(self, row: Row) -> None:
        line, year = orjson.dumps(row), row["ts"].partition("-")[0]
        if self.data and len(self.data) + len(line) + 2 > self.file_bytes:
            self.finish()
        self.years = (self.years[0] or year, year)
        self.data += b"," if self.data else b"["
        self.data += line

    def finish(self) -> None:
        """Write the rows so far to the archive."""
        if self.data:
            self.data += b"]"
            _add(self.archive, f"{self.name}_{'-'.join(self.years)}_{self.number}.json", self.data)
            self.number += 1
            self._empty()
