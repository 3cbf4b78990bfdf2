"""Recognise an export that was imported before, byte for byte, so that its rows need not be read again."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import IO

from collect.exports.archives import HistoryFile
from db.imports.imports import ImportedFile, imports

# Increase it with every change in the meaning of rows, so that exports are read again.
READER = 3
NEVER_REUSED = "at that time only"
BLOCK = 1024 * 1024


class Hashed:
    """A file with the digest of what has been read from it."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream, self._sha = stream, sha256()

    def read(self, size: int = -1) -> bytes:
        data = self._stream.read(size)
        self._sha.update(data)
        return data

    def digest(self) -> str:
        return self._sha.hexdigest()


@dataclass(frozen=True, slots=True)
class Repeated:
    """An export that import `import_id` has read as `export_no`, with the numbers and fates of its files there."""

    import_id: int
    export_no: int
    files: tuple[tuple[int, ImportedFile], ...]  # in the order of this import's files


def reader(*, keep_readable: bool) -> str:
    """Identifies how files are read; only results of the same reader can be reused."""
    return f"{READER} keep readable" if keep_readable else str(READER)


def find_repeated(account_id: int, files: Sequence[HistoryFile], read_as: str) -> Repeated | None:
    """The export of an earlier import with the very same files, if that import has not been undone."""
    sizes = sorted(file.size for file in files)
    candidates = [earlier for earlier in _earlier_exports(account_id, read_as) if sorted(earlier.sizes) == sizes]
    if not candidates:
        return None  # no file has to be read
    digests = [_digest(file) for file in files]
    if len(set(digests)) < len(digests):
        return None
    return next((each.in_order(digests) for each in candidates if set(each.by_digest) == set(digests)), None)


@dataclass(frozen=True, slots=True)
class _EarlierExport:
    import_id: int
    export_no: int
    by_digest: dict[str, tuple[int, ImportedFile]]

    @property
    def sizes(self) -> list[int]:
        return [file.bytes for _, file in self.by_digest.values()]

    def in_order(self, digests: Sequence[str]) -> Repeated:
        return Repeated(self.import_id, self.export_no, tuple(self.by_digest[digest] for digest in digests))


def _earlier_exports(account_id: int, read_as: str) -> Iterator[_EarlierExport]:
    for stored in reversed(imports(account_id)):
        exports: dict[int, dict[str, tuple[int, ImportedFile]]] = defaultdict(dict)
        for file_no, file in enumerate(stored.files):
            if file.reader == read_as:
                exports[file.export_no][file.sha256] = (file_no, file)
        if stored.undone_at is None:
            yield from (_EarlierExport(stored.id, export_no, files) for export_no, files in exports.items())


def _digest(file: HistoryFile) -> str:
    with file.open() as stream:
        hashed = Hashed(stream)
        while hashed.read(BLOCK):
            pass
    return hashed.digest()
