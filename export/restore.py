"""Replace everything with a backup, in one transaction."""

import json
import tarfile
import zlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from gzip import BadGzipFile
from typing import IO, Any

from db.engine.connection import database, row
from db.startup.dumping import DumpedTable, Load, NotTheSame, Progress, load, unknown_migrations
from export.backup import FORMAT, Sums, checksums
from export.backup_reading import BadBackup

# Accounts whose loss would matter: one that was created from the settings and never used is not among them.
USED = """
    SELECT count(*) FROM account WHERE spotify_account_id IS NOT NULL
        OR EXISTS (SELECT FROM play WHERE account_id = account.id)
        OR EXISTS (SELECT FROM import WHERE account_id = account.id)
        OR EXISTS (SELECT FROM api_token WHERE account_id = account.id)
"""


@dataclass(frozen=True, slots=True)
class Restored:
    """`secret_key` is the backup's, or None."""

    version: str
    made_at: str
    sums: Sums
    secret_key: str | None


def used_accounts() -> int:
    """The number of accounts that a restore would delete; needs an open connection."""
    (count,) = row(USED) or (0,)
    return int(count)


def restore(content: IO[bytes], keep_key: Callable[[str], None], progress: Progress) -> Restored:
    """Needs an open connection and no transaction. Calls `keep_key` with the backup's key just before the commit.

    Raises BadBackup, DatabaseInUse, NotHere and NotTheSame; then nothing is changed.
    """
    try:
        with tarfile.open(fileobj=content, mode="r|") as archive:
            return _restore(_Members(archive), keep_key, progress)
    except (tarfile.TarError, BadGzipFile, EOFError, zlib.error, ValueError, KeyError, TypeError) as error:
        raise BadBackup("The backup cannot be read: it was not made by this program. Nothing was changed.") from error


class _Members:
    """Reads the members of a tar in order."""

    def __init__(self, archive: tarfile.TarFile) -> None:
        self._archive, self._next = archive, archive.next()

    @property
    def name(self) -> str:
        """The name of the next member; empty at the end."""
        return self._next.name if self._next else ""

    def take(self) -> bytes:
        """The content of the next member."""
        if self._next is None or (file := self._archive.extractfile(self._next)) is None:
            raise ValueError("a member is missing")
        content = file.read()
        self._next = self._archive.next()
        return content


def _restore(members: _Members, keep_key: Callable[[str], None], progress: Progress) -> Restored:
    manifest = json.loads(members.take())
    _refuse_newer(manifest)
    key = members.take().decode().strip() if members.name == "secret_key" else None
    columns, counts = manifest["tables"], dict[str, int]()

    def tables() -> Iterator[tuple[DumpedTable, IO[bytes]]]:
        for number, name in enumerate(columns):
            yield DumpedTable(name, tuple(columns[name]), 0.0), _Rows(members, name)  # type: ignore[misc]
            progress((number + 1) / len(columns))

    def rows_of_each() -> Mapping[str, int]:
        counts.update(json.loads(members.take()))
        return counts

    numbers = {name: (last, is_called) for name, (last, is_called) in manifest["sequences"].items()}
    with database.atomic():
        load(Load(manifest["migrations"], numbers, tables, rows_of_each))
        _compare(manifest["accounts"])
        if key:
            keep_key(key)
    return Restored(manifest["version"], manifest["made_at"], manifest["accounts"], key)


def _refuse_newer(manifest: Mapping[str, Any]) -> None:
    if manifest["format"] > FORMAT or unknown_migrations(manifest["migrations"]):
        raise BadBackup(
            f"The backup was made by version {manifest['version']}, which is newer than this one: restore it with that "
            "version or a newer one. Nothing was changed."
        )


def _compare(wanted: Sums) -> None:
    now = checksums()
    if now != wanted:
        wrong = ", ".join(sorted(name for name in now.keys() | wanted.keys() if now.get(name) != wanted.get(name)))
        raise NotTheSame(f"The checksum of {wrong} differs from the one in the backup. Nothing was changed.")


class _Rows:
    """A stream of the rows of a table from its pieces, for PostgreSQL."""

    def __init__(self, members: _Members, table: str) -> None:
        self._members, self._folder, self._piece = members, f"tables/{table}/", b""
        self._at = 0

    def read(self, size: int) -> bytes:
        while self._at == len(self._piece):
            if not self._members.name.startswith(self._folder):
                return b""
            self._piece, self._at = zlib.decompress(self._members.take(), zlib.MAX_WBITS | 16), 0
        data = self._piece[self._at : self._at + size]
        self._at += len(data)
        return data

    def readline(self, size: int = -1) -> bytes:  # psycopg2 requires this method but never calls it
        raise NotImplementedError
