"""The zip of extended streaming history that Spotify sends, made of our plays."""

import zipfile
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import IO

import orjson

from export.spotify_history import Row, SpotifyRows
from insights.plays.every_play import StoredPlay
from insights.plays.spans import Span

FOLDER = "Spotify Extended Streaming History"
COVERAGE = "Insight_Coverage.json"
FILE_BYTES = 12_000_000  # as Spotify cuts them; as much is held in memory, for a file is named after its last row


Batches = Iterable[Sequence[StoredPlay]]


def write_archive(
    stream: IO[bytes],
    account_id: int,
    batches: Batches,
    other_reports: Batches = (),
    file_bytes: int = FILE_BYTES,
    covers: Mapping[str, Sequence[Span]] | None = None,
) -> None:
    """Write the zip of an account's plays; the same plays give the same bytes. `stream` need not be seekable.

    `other_reports` of the same plays go into files that other programs do not look at: they would count them twice.
    `covers`, in a file of its own, says for which time the plays are all there are: rows alone cannot tell a silence
    from a hole.
    """
    spotify = SpotifyRows(account_id)
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, reports in (("Streaming_History_Audio", batches), ("Insight_Reports", other_reports)):
            parts = _Parts(archive, name, file_bytes)
            for batch in reports:
                for row in spotify.rows(batch):
                    parts.add(row)
            parts.finish()
        if covers is not None:
            _add(archive, COVERAGE, orjson.dumps({kind: list(map(_instants, spans)) for kind, spans in covers.items()}))


def _instants(span: Span) -> list[str]:
    """To the millisecond, never later than it is."""
    return [_instant(span.start.astimezone(UTC)), _instant(span.end.astimezone(UTC))]


def _instant(moment: datetime) -> str:
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _add(archive: zipfile.ZipFile, name: str, content: bytes | bytearray) -> None:
    """A file whose date is always the same, and that only its owner can read when it is unpacked."""
    file = zipfile.ZipInfo(f"{FOLDER}/{name}")
    file.external_attr, file.compress_type = 0o600 << 16, zipfile.ZIP_DEFLATED
    with archive.open(file, "w") as member:
        member.write(content)


class _Parts:
    """The files of an archive, filled one after the other."""

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
        """Into the archive with what is there."""
        if self.data:
            self.data += b"]"
            _add(self.archive, f"{self.name}_{'-'.join(self.years)}_{self.number}.json", self.data)
            self.number += 1
            self._empty()
