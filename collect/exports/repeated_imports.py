"""Recognise an export that was imported before, byte for byte: what becomes of its rows is known already."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import IO

from collect.exports.archives import HistoryFile
from db.imports.imports import ImportedFile, imports

# Goes up with every change of what rows mean: exports that another version read are read again.
READER = 2
BLOCK = 1024 * 1024


class Hashed:
    """A file on its way to whoever reads it, with the digest of what they have read."""

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
    """An export that import `import_id` has read as its `export_no`, with its files' numbers and fates there."""

    import_id: int
    export_no: int
    files: tuple[tuple[int, ImportedFile], ...]  # in the order of the files that were given now


def reader(*, keep_readable: bool) -> str:
    """How files are read: an answer that was given in the same way holds."""
    return f"{READER} keep readable" if keep_readable else str(READER)


def find_repeated(account_id: int, files: Sequence[HistoryFile], read_as: str) -> Repeated | None:
    """The export of an import, not undone since, that had the very same files; None when there is none."""
    sizes = sorted(file.size for file in files)
    alike = [known for known in _known_exports(account_id, read_as) if sorted(known.sizes) == sizes]
    if not alike:
        return None  # and nothing was read to find that out
    digests = [_digest(file) for file in files]
    if len(set(digests)) < len(digests):
        return None
    return next((known.in_order(digests) for known in alike if set(known.by_digest) == set(digests)), None)


@dataclass(frozen=True, slots=True)
class _KnownExport:
    import_id: int
    export_no: int
    by_digest: dict[str, tuple[int, ImportedFile]]

    @property
    def sizes(self) -> list[int]:
        return [file.bytes for _, file in self.by_digest.values()]

    def in_order(self, digests: Sequence[str]) -> Repeated:
        return Repeated(self.import_id, self.export_no, tuple(self.by_digest[digest] for digest in digests))


def _known_exports(account_id: int, read_as: str) -> Iterator[_KnownExport]:
    for stored in reversed(imports(account_id)):
        exports: dict[int, dict[str, tuple[int, ImportedFile]]] = defaultdict(dict)
        for file_no, file in enumerate(stored.files):
            if file.reader == read_as:
                exports[file.export_no][file.sha256] = (file_no, file)
        if stored.undone_at is None:
            yield from (_KnownExport(stored.id, export_no, files) for export_no, files in exports.items())


def _digest(file: HistoryFile) -> str:
    with file.open() as stream:
        hashed = Hashed(stream)
        while hashed.read(BLOCK):
            pass
    return hashed.digest()
