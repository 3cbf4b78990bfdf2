"""Write plays as a zip like ListenBrainz' own exports: a file of listens for each month, and the user."""

import zipfile
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import IO

import orjson

from export.listenbrainz import LeftOut, lines_of
from insights.plays.every_play import StoredPlay

Month = tuple[int, int]
MONTHS_HELD = 2  # in memory: a play that ended in one month may have begun in the month before


def write_listens_zip(
    stream: IO[bytes], batches: Iterable[Sequence[StoredPlay]], user_id: int, username: str
) -> LeftOut:
    """Write the zip; returns which plays were left out. `stream` need not be seekable.

    Plays must be ordered by when they ended; months are written in order.
    """
    left_out = LeftOut()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        months = _Months(archive)
        for began, line in lines_of(user_id, batches, left_out):
            months.add(began, line)
        months.finish()
        _write(archive, "user.json", orjson.dumps({"user_id": user_id, "username": username}, option=NEWLINE))
    return left_out


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
