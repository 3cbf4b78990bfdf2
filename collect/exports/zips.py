"""Read history from untrusted zips: nothing is extracted, and no header is trusted."""

import io
import stat
import struct
import zipfile
import zlib
from collections.abc import Sequence
from typing import IO

from collect.exports.remedies import WHOLE_ZIP

MOST_MEMBERS = 10_000  # in total, other files included
MOST_MEMBER_BYTES = 2 * 1024**3
MOST_ZIP_BYTES = 4 * 1024**3  # of history, unpacked
# Compression ratio of large members: Deflate reaches at most 1,032; exports have 10 to 40.
MOST_RATIO, RATIO_FROM = 200, 64 * 1024**2
METHODS = {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}  # others unpack without a limit, and do not occur
ENCRYPTED = 0x1


class UnreadableExport(Exception):
    """A file cannot be imported; the message names it and says what to do."""


def members_of(archive: zipfile.ZipFile, zip_name: str) -> list[tuple[str, zipfile.ZipInfo]]:
    """All files in a zip with their names, sorted by name. Raises UnreadableExport."""
    members = archive.infolist()
    if len(members) > MOST_MEMBERS:
        raise UnreadableExport(f"{zip_name} has {len(members)} members, more than {MOST_MEMBERS}: {WHOLE_ZIP}")
    named = [(member.filename.replace("\\", "/"), member) for member in members if not _is_folder(member)]
    return sorted(named, key=lambda pair: pair[0])


def refuse_together(chosen: Sequence[zipfile.ZipInfo], zip_name: str) -> None:
    """Refuse members that are fine one by one, but not together. Raises UnreadableExport."""
    _refuse_twins([member.filename.replace("\\", "/") for member in chosen], zip_name)
    if sum(member.file_size for member in chosen) > MOST_ZIP_BYTES:
        raise UnreadableExport(f"{zip_name} unpacks to more than {MOST_ZIP_BYTES} bytes of history: {WHOLE_ZIP}")


def shown(name: str) -> str:
    """A name from a zip that is safe to print."""
    return "".join(letter if letter.isprintable() else "?" for letter in name[:200])


def _is_folder(member: zipfile.ZipInfo) -> bool:
    """Some zips store content for a folder, or mark it as a folder only in its mode."""
    return member.filename.endswith(("/", "\\")) or stat.S_ISDIR(member.external_attr >> 16)


def _refuse_twins(names: list[str], zip_name: str) -> None:
    """Even with equal content: no program writes such zips, and readers disagree on which of the two counts."""
    seen: dict[str, str] = {}
    for name in names:
        if name.casefold() in seen:
            raise UnreadableExport(f"{shown(name)} is in {zip_name} twice (case does not count): {WHOLE_ZIP}")
        seen[name.casefold()] = name


def refuse_overlaps(members: Sequence[zipfile.ZipInfo], zip_name: str) -> None:
    """Refuse members that share packed bytes, as zip bombs do. Raises UnreadableExport."""
    end = -1
    for member in sorted(members, key=lambda info: info.header_offset):
        if member.header_offset < end:
            raise UnreadableExport(f"{shown(member.filename)} in {zip_name} overlaps another member: {WHOLE_ZIP}")
        end = member.header_offset + 30 + len(member.orig_filename) + member.compress_size


def refusal(name: str, member: zipfile.ZipInfo) -> str | None:
    """What is wrong with a member, None if nothing is."""
    kind = stat.S_IFMT(member.external_attr >> 16)
    wrong = {
        "has a name that leads out of it": name.startswith("/") or ":" in name[:2] or ".." in name.split("/"),
        "is a link or a device, and not a file": kind not in (0, stat.S_IFREG),
        "is encrypted": bool(member.flag_bits & ENCRYPTED),
        "is packed neither plainly nor with Deflate": member.compress_type not in METHODS,
        f"unpacks to more than {MOST_MEMBER_BYTES} bytes": member.file_size > MOST_MEMBER_BYTES,
        f"unpacks to more than {MOST_RATIO} times its size": member.file_size > RATIO_FROM
        and member.file_size > MOST_RATIO * max(member.compress_size, 1),
    }
    return next((reason for reason, holds in wrong.items() if holds), None)


def open_member(archive: zipfile.ZipFile, member: zipfile.ZipInfo, zip_name: str) -> IO[bytes]:
    """The member's content, limited to its stated size. Raises UnreadableExport, as reading the content does."""
    try:
        return io.BufferedReader(_Bounded(archive.open(member), member, zip_name), 256 * 1024)
    except READING as error:
        raise _damaged(member, zip_name) from error


READING = (
    zipfile.BadZipFile, zlib.error, struct.error, EOFError, NotImplementedError, RuntimeError, ValueError,
    OverflowError, OSError,
)  # fmt: skip


def _damaged(member: zipfile.ZipInfo, zip_name: str) -> UnreadableExport:
    return UnreadableExport(f"{shown(member.filename)} in {zip_name} is damaged: download the zip again.")


class _Bounded(io.RawIOBase):
    """A member's content, limited to the size in its header."""

    def __init__(self, stream: IO[bytes], member: zipfile.ZipInfo, zip_name: str) -> None:
        self._stream, self._member, self._zip_name = stream, member, zip_name
        self._left = member.file_size

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: "memoryview | bytearray") -> int:  # type: ignore[override]
        try:
            data = self._stream.read(len(buffer))
        except READING as error:
            raise _damaged(self._member, self._zip_name) from error
        self._left -= len(data)
        if self._left < 0 or (not data and self._left > 0):
            raise UnreadableExport(
                f"{shown(self._member.filename)} in {self._zip_name} is not as large as it says: download it again."
            )
        buffer[: len(data)] = data
        return len(data)

    def close(self) -> None:
        self._stream.close()
        super().close()
