"""Check the whole file of a backup, and open its content; export/backup_file.py writes it."""

import hashlib
import json
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from threading import Thread
from typing import IO

from pyrage import DecryptError, decrypt_io, passphrase, x25519

from advice import command
from export.backup_file import BLOCK, FIRST, FORMAT, pipe

READ_AT_A_TIME = 1024 * 1024


class BadBackup(Exception):
    """The file cannot be restored; the message says why, and what to do."""


class WrongPassphrase(BadBackup):
    """The backup is encrypted with another passphrase."""


@dataclass(frozen=True, slots=True)
class Backup:
    """A file that was checked completely: it is neither truncated nor damaged."""

    path: Path
    encrypted: bool
    content_at: int
    size: int
    key: bytes


def examined(path: Path) -> Backup:
    """Check a file. Raises BadBackup if it is not a backup, truncated, damaged or of a newer format; and OSError."""
    with path.open("rb") as file:
        try:
            return _examined(path, file)
        except EOFError as error:
            raise _cut_off(path) from error
        except (tarfile.TarError, ValueError, KeyError, TypeError) as error:
            raise _damaged(path) from error


def _examined(path: Path, file: IO[bytes]) -> Backup:
    start = file.read(BLOCK)
    if not start.startswith(FIRST.encode() + b"\0"):
        raise BadBackup(f"{path} is not a backup of Insight: name the file that `{command('cli.py', 'backup')}` wrote.")
    file.seek(0)
    _content(path, file, FIRST)
    header = json.loads(_content(path, file, "backup.json"))
    if header["format"] > FORMAT:
        raise BadBackup(f"{path} was made by a newer version of Insight: restore it with that version or a newer one.")
    key = _content(path, file, "key.age") if header["encrypted"] else b""
    size = _header(file, "content.tar.age" if header["encrypted"] else "content.tar")
    backup = Backup(path, header["encrypted"], file.tell(), size, key)
    if _digest(path, file, backup) != header["sha256"] or size != header["bytes"]:
        raise _damaged(path)
    return backup


def _digest(path: Path, file: IO[bytes], backup: Backup) -> str:
    sha256, left = hashlib.sha256(backup.key), backup.size
    while left:
        data = file.read(min(left, READ_AT_A_TIME))
        if not data:
            raise _cut_off(path)
        sha256.update(data)
        left -= len(data)
    return sha256.hexdigest()


def _content(path: Path, file: IO[bytes], name: str) -> bytes:
    size = _header(file, name)
    if size > READ_AT_A_TIME:
        raise _damaged(path)
    content = file.read(size)
    if len(file.read(-size % BLOCK)) + len(content) < size + -size % BLOCK:
        raise _cut_off(path)
    return content


def _header(file: IO[bytes], name: str) -> int:
    """The size of the next member, which must have this name."""
    header = file.read(BLOCK)
    if len(header) < BLOCK:
        raise EOFError(name)
    member = tarfile.TarInfo.frombuf(header, "utf-8", "strict")
    if member.name != name:
        raise ValueError(name)
    return member.size


def _cut_off(path: Path) -> BadBackup:
    return BadBackup(f"{path} is incomplete. Copy it again, or take another backup.")


def _damaged(path: Path) -> BadBackup:
    return BadBackup(f"{path} is damaged. Copy it again, or take another backup.")


@contextmanager
def opened(backup: Backup, secret: str | None) -> Iterator[IO[bytes]]:
    """The content of the backup. Raises WrongPassphrase."""
    with backup.path.open("rb") as file:
        file.seek(backup.content_at)
        if not backup.encrypted:
            yield file
            return
        with _decrypting(_Part(file, backup.size), _identity(backup, secret)) as content:
            yield content


def _identity(backup: Backup, secret: str | None) -> x25519.Identity:
    try:
        return x25519.Identity.from_str(passphrase.decrypt(backup.key, secret or "").decode().strip())
    except DecryptError as error:
        raise WrongPassphrase(
            f"{backup.path} is encrypted with another passphrase: enter the one that was used to make it, or set "
            "BACKUP_PASSPHRASE to it."
        ) from error


class _Part:
    """The next `size` bytes of a file."""

    def __init__(self, file: IO[bytes], size: int) -> None:
        self._file, self._left = file, size

    def read(self, size: int = -1) -> bytes:
        data = self._file.read(self._left if size < 0 else min(size, self._left))
        self._left -= len(data)
        return data


@contextmanager
def _decrypting(source: _Part, identity: x25519.Identity) -> Iterator[IO[bytes]]:
    """A stream of the content, which another thread decrypts. Errors are unlikely: the SHA-256 was correct."""
    theirs, ours = pipe()

    def decrypt() -> None:
        with suppress(Exception), theirs:
            decrypt_io(source, theirs, [identity])

    thread = Thread(target=decrypt, daemon=True)
    thread.start()
    try:
        yield ours
    finally:
        ours.close()
        thread.join()
