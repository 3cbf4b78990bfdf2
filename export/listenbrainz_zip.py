"""Write plays as a zip like ListenBrainz' own exports: a file of listens for each month, and the user."""

import zipfile
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import IO

import orjson

from export.listenbrainz import LeftOut, Listens
from insights.plays.every_play import StoredPlay

Month = tuple[int, int]
MONTHS_HELD = 2  # in memory: a play that ended in one month may have begun in the month before


def write_listens_zip(
    stream: IO[bytes], batches: Iterable[Sequence[StoredPlay]], user_id: int, username: str
) -> LeftOut:
    """Write the zip; returns which plays were left out. `stream` need not be seekable.

    Plays must be ordered by when they ended; months are written in order.
    """
    archive = ListensArchive(stream, user_id, username)
    for batch in batches:
        archive.add(batch)
    archive.finish()
    return archive.left_out


class ListensArchive:
    """A zip that is written batch by batch."""

    def __init__(self, stream: IO[bytes], user_id: int, username: str) -> None:
        self._zip = zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED)
        self._user, self.left_out = {"user_id": user_id, "username": username}, LeftOut()
        self._listens, self._months = Listens(user_id, self.left_out), _Months(self._zip)

    def add(self, batch: Sequence[StoredPlay]) -> None:
        """Needs an open connection. If it fails, nothing of the batch is written."""
        for began, line in self._listens.lines(batch):
            self._months.add(began, line)

    def finish(self) -> None:
        self._months.finish()
        _write(self._zip, "user.json", orjson.dumps(self._user, option=NEWLINE))
        self._zip.close()


NEWLINE = orjson.OPT_APPEND_NEWLINE


class _Months:
    """Holds the newest months; a listen of a month that was already written goes into the oldest one held."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive, self._held, self._written = archive, defaultdict[Month, bytearray](bytearray), (0, 0)

    def add(self, began: int, line: bytes) -> None:
        moment = datetime.fromtimestamp(began, UTC)
        month = (moment.year, moment.month)
        if month <= self._written:
            month = min(self._held, default=_next(self._written))
        self._held[month] += line
        while len(self._held) > MONTHS_HELD:
            self._write_oldest()

    def finish(self) -> None:
        while self._held:
            self._write_oldest()

    def _write_oldest(self) -> None:
        self._written = min(self._held)
        year, month = self._written
        _write(self._archive, f"listens/{year}/{month}.jsonl", self._held.pop(self._written))


def _next(month: Month) -> Month:
    return (month[0] + month[1] // 12, month[1] % 12 + 1)


def _write(archive: zipfile.ZipFile, name: str, data: "bytes | bytearray") -> None:
    """Uses a constant date, so that the same plays give the same bytes."""
    file = zipfile.ZipInfo(name)
    file.external_attr, file.compress_type = 0o600 << 16, zipfile.ZIP_DEFLATED
    with archive.open(file, "w") as member:
        member.write(data)
