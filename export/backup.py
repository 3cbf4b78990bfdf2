"""Write the content of a backup: all tables as of one moment, the key that encrypts tokens, and checksums.

The content is a tar with manifest.json, secret_key if this installation stores one, `tables/NAME/NUMBER.copy.gz`, and
rows.json.
"""

import gzip
import io
import json
import tarfile
import time
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import IO

from db.engine.streaming import snapshot
from db.startup.dumping import Progress, dump_table, dumped_tables, sequences, use_portable_text
from db.startup.migrate import applied_migrations
from insights.plays.checksum import checksum
from people.accounts import all_accounts

PIECE = 16 * 1024 * 1024  # bytes of a table before compression; one piece is held in memory
FORMAT = 1  # of the content
Sums = dict[str, str]  # the checksum of each account's plays, as text, by username


def write_backup(target: IO[bytes], version: str, secret_key: str | None, progress: Progress) -> Sums:
    """Write everything as of one moment, while programs keep running; returns the checksums of the accounts.

    Needs an open connection and no transaction.
    """
    with snapshot(), tarfile.open(fileobj=target, mode="w|") as archive:
        use_portable_text()
        sums = checksums()
        _add(archive, "manifest.json", _json(_manifest(version, sums)))
        if secret_key:
            _add(archive, "secret_key", secret_key.encode() + b"\n")
        _add(archive, "rows.json", _json(_write_tables(archive, progress)))
    return sums


def checksums() -> Sums:
    return {account.username: str(checksum(account.id)) for account in all_accounts()}


def _manifest(version: str, sums: Sums) -> dict[str, object]:
    return {
        "format": FORMAT,
        "version": version,
        "made_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "migrations": applied_migrations(),
        "accounts": sums,
        "sequences": sequences(),
        "tables": {table.name: table.columns for table in dumped_tables()},
    }


def _write_tables(archive: tarfile.TarFile, progress: Progress) -> dict[str, int]:
    """Returns the number of rows of each table."""
    counts, done = {}, 0.0
    for table in dumped_tables():
        with _Pieces(archive, f"tables/{table.name}") as pieces:
            counts[table.name] = dump_table(table, pieces)  # type: ignore[arg-type] # has `write`
        done += table.share
        progress(min(done, 1.0))
    return counts


class _Pieces:
    """A file that is split into members of a tar, because the size of a member must be known before it is written."""

    def __init__(self, archive: tarfile.TarFile, name: str) -> None:
        self._archive, self._name, self._number, self._held = archive, name, 0, io.BytesIO()

    def write(self, data: bytes) -> int:
        self._held.write(data)
        if self._held.tell() >= PIECE:
            self._emit()
        return len(data)

    def _emit(self) -> None:
        self._number += 1
        packed = gzip.compress(self._held.getvalue(), compresslevel=6, mtime=0)
        _add(self._archive, f"{self._name}/{self._number:06}.copy.gz", packed)
        self._held = io.BytesIO()

    def __enter__(self) -> "_Pieces":
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if kind is None and (self._held.tell() or not self._number):
            self._emit()


def _add(archive: tarfile.TarFile, name: str, content: bytes) -> None:
    member = tarfile.TarInfo(name)
    member.size, member.mode, member.mtime = len(content), 0o600, int(time.time())
    archive.addfile(member, io.BytesIO(content))


def _json(value: Mapping[str, object]) -> bytes:
    return json.dumps(value, indent=1, ensure_ascii=False).encode()
