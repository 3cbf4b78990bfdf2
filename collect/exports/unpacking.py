"""Unpack nested zips and gzip files to a private folder, within limits."""

import gzip
import zlib
from pathlib import Path
from typing import IO

from collect.exports.json.rows import Readable
from collect.exports.remedies import ANOTHER_FOLDER, FEWER_UNPACKED, NOT_IMPORTED
from collect.exports.zips import MOST_MEMBER_BYTES, MOST_RATIO, RATIO_FROM, UnreadableExport

BLOCK = 1024 * 1024
DEEPEST = 2  # a zip in a zip in a zip; more never occurs


class Scratch:
    """A folder for unpacked files, up to `most_bytes` in total, which is removed when the import ends."""

    def __init__(self, folder: Path, most_bytes: int) -> None:
        self._folder, self._left, self._count = folder, most_bytes, 0

    def copy(self, stream: Readable, name: str, packed: int | None = None) -> Path:
        """The content of `stream` as a file; `packed` is its size before unpacking. Raises UnreadableExport."""
        self._count += 1
        path = self._folder / f"{self._count}"
        try:
            with path.open("xb") as target:
                self._write(stream, target, name, packed)
        except BaseException:
            path.unlink(missing_ok=True)  # on a full disk it may not exist
            raise
        return path

    def _write(self, stream: Readable, target: IO[bytes], name: str, packed: int | None) -> None:
        written = 0
        while block := stream.read(BLOCK):
            written += len(block)
            self._left -= len(block)
            _refuse_too_much(name, written, packed, self._left)
            self._put(block, target, name)

    def _put(self, block: bytes, target: IO[bytes], name: str) -> None:
        try:
            target.write(block)
            target.flush()  # so that a full disk raises here, and not when the file is closed
        except OSError as error:
            raise UnreadableExport(
                f"{name} cannot be unpacked into {self._folder.parent} ({error.strerror}): "
                f"{ANOTHER_FOLDER} {NOT_IMPORTED}."
            ) from error

    def gunzipped(self, stream: IO[bytes], name: str, packed: int) -> Path:
        """Raises UnreadableExport."""
        try:
            with gzip.GzipFile(fileobj=stream) as unpacked:
                return self.copy(unpacked, name, packed)
        except (gzip.BadGzipFile, EOFError, zlib.error) as error:
            raise UnreadableExport(f"{name} is not a complete gzip file: download it again.") from error


def _refuse_too_much(name: str, written: int, packed: int | None, left: int) -> None:
    if written > MOST_MEMBER_BYTES or left < 0:
        raise UnreadableExport(f"{name} unpacks to too many bytes: {FEWER_UNPACKED}")
    if packed is not None and written > RATIO_FROM and written > MOST_RATIO * max(packed, 1):
        raise UnreadableExport(f"{name} unpacks to more than {MOST_RATIO} times its size: unpack it yourself first.")
