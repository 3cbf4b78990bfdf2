"""Write the file of a backup: a tar of README.txt, backup.json and the content, which is a tar, encrypted or not.

backup.json has the size and the SHA-256 of the content, which tell a truncated or damaged file from a wrong
passphrase. Encryption is age's (https://age-encryption.org): `key.age` has the key of the content, encrypted with the
passphrase. docs/operations.md describes the format for people who want to open a backup by hand.
"""

import hashlib
import json
import os
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Thread
from typing import IO

from pyrage import encrypt_io, passphrase, x25519

FORMAT = 1
FIRST = "README.txt"
HEADER_BYTES = 512  # of JSON, padded, because it is written last
BLOCK = tarfile.BLOCKSIZE
README = """\
A backup of Insight for Spotify (docs/operations.md). The command `restore` restores it.
By hand: `tar -xf FILE`; if there is a key.age, `age -d -i key.age -o content.tar content.tar.age`; then
`tar -xf content.tar`. Tables are in PostgreSQL's text format of COPY, in pieces compressed with gzip.
"""


@contextmanager
def written_to(file: IO[bytes], secret: str | None) -> Iterator[IO[bytes]]:
    """A stream for the content of a backup; `secret` is the passphrase. `file` must be seekable."""
    _member(file, FIRST, README.encode())
    header_at = file.tell()
    _member(file, "backup.json", b" " * HEADER_BYTES)
    digest = _Digesting(file)
    identity = x25519.Identity.generate() if secret else None
    if identity and secret:
        key = passphrase.encrypt(str(identity).encode() + b"\n", secret)
        _member(file, "key.age", key)
        digest.sha256.update(key)
    content_at = file.tell()
    file.write(bytes(BLOCK))
    if identity:
        with _encrypting(digest, identity) as encrypted:
            yield encrypted
    else:
        yield digest  # type: ignore[misc] # has `write`, which is all that is needed
    _end(file, digest, header_at, content_at, encrypted=identity is not None)


def _end(file: IO[bytes], digest: "_Digesting", header_at: int, content_at: int, *, encrypted: bool) -> None:
    file.write(bytes(-digest.bytes % BLOCK + 2 * BLOCK))
    file.seek(content_at)
    file.write(_tar_header("content.tar.age" if encrypted else "content.tar", digest.bytes))
    file.seek(header_at)
    header = {"format": FORMAT, "encrypted": encrypted, "bytes": digest.bytes, "sha256": digest.sha256.hexdigest()}
    _member(file, "backup.json", json.dumps(header).encode().ljust(HEADER_BYTES))
    file.seek(0, os.SEEK_END)


def _member(file: IO[bytes], name: str, content: bytes) -> None:
    file.write(_tar_header(name, len(content)) + content + bytes(-len(content) % BLOCK))


def _tar_header(name: str, size: int) -> bytes:
    member = tarfile.TarInfo(name)
    member.size, member.mode = size, 0o600
    return member.tobuf(tarfile.GNU_FORMAT)


class _Digesting:
    """Passes data on, and computes its size and SHA-256."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file, self.bytes, self.sha256 = file, 0, hashlib.sha256()
        self.error: OSError | None = None

    def write(self, data: bytes) -> int:
        try:
            self._file.write(data)
        except OSError as error:
            self.error = error  # kept, because age's library passes on only its message
            raise
        self.bytes += len(data)
        self.sha256.update(data)
        return len(data)

    def flush(self) -> None:
        self._file.flush()


@contextmanager
def _encrypting(target: _Digesting, identity: x25519.Identity) -> Iterator[IO[bytes]]:
    """A stream that another thread encrypts to `target`."""
    ours, theirs = pipe()
    errors: list[Exception] = []

    def encrypt() -> None:
        with theirs:
            try:
                encrypt_io(theirs, target, [identity.to_public()])
            except Exception as error:  # noqa: BLE001 - raised in the calling thread
                errors.append(target.error or error)

    thread = Thread(target=encrypt, daemon=True)
    thread.start()
    try:
        with ours:
            yield ours
    except BrokenPipeError:
        if not errors:
            raise
    finally:
        thread.join()
    if errors:
        raise errors[0]


def pipe() -> tuple[IO[bytes], IO[bytes]]:
    """Returns (the end to write to, the end to read from)."""
    reading, writing = os.pipe()
    return os.fdopen(writing, "wb"), os.fdopen(reading, "rb")
