"""Write plays as Parquet: a folder for each year (of UTC), named as Hive names partitions.

pyarrow is a large library that nothing else needs, so a plain installation does not include it.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from importlib import import_module
from pathlib import Path
from typing import Any

from export.target import ExportRefused
from insights.plays.every_play import StoredPlay

ROWS = 50_000  # of a row group, which is held in memory before it is written
FILE = "plays.parquet"
MISSING = (
    "Parquet needs pyarrow, which is not installed: `pip install 'insight-for-spotify[parquet]'` adds it to an "
    "installed copy, `pip install pyarrow` to a checkout's environment."
)
TIMES = {"played_at": "ended_ms", "started_at": "started_ms"}
TEXTS = ("kind", "uri", "name", "artist_or_show", "album", "isrc", "source", "reason_start", "reason_end", "platform",
         "country", "context_uri")  # fmt: skip
COUNTS = ("duration_ms", "ms_played")
FLAGS = ("shuffle", "skipped", "offline", "incognito")


def pyarrow() -> tuple[Any, Any]:
    """The modules pyarrow and pyarrow.parquet. Raises ExportRefused if they are not installed."""
    try:
        return import_module("pyarrow"), import_module("pyarrow.parquet")
    except ImportError as error:
        raise ExportRefused(MISSING) from error


def write_parquet(folder: Path, batches: Iterable[Sequence[StoredPlay]]) -> None:
    """Write plays, which must be ordered by when they ended, into the empty `folder`."""
    with _Years(folder) as years:
        for batch in batches:
            for play in batch:
                years.add(play)


class _Years:
    """Writes one year after the other, and holds one row group."""

    def __init__(self, folder: Path) -> None:
        self._pyarrow, self._parquet = pyarrow()
        self._folder, self._schema = folder, _schema(self._pyarrow)
        self._year = ""
        self._writer: Any = None  # of the year, once it has a row group
        self._held: defaultdict[str, list[object]] = defaultdict(list)

    def add(self, play: StoredPlay) -> None:
        year = play.ended_at[:4]
        if year != self._year:
            self._finish_year()
            self._year = year
        for column, member in _members().items():
            self._held[column].append(getattr(play, member))
        if len(self._held["played_at"]) >= ROWS:
            self._write()

    def _write(self) -> None:
        if self._writer is None:
            (self._folder / f"year={self._year}").mkdir(mode=0o700)
            path = self._folder / f"year={self._year}" / FILE
            self._writer = self._parquet.ParquetWriter(path, self._schema, compression="zstd")
        self._writer.write_table(self._pyarrow.table(dict(self._held), self._schema), row_group_size=ROWS)
        self._held.clear()

    def _finish_year(self) -> None:
        if self._held:
            self._write()
        if self._writer is not None:
            self._writer.close()
        self._writer = None

    def __enter__(self) -> "_Years":
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if kind is None:
            self._finish_year()
        elif self._writer is not None:
            self._writer.close()


def _members() -> dict[str, str]:
    """The member of a play that each column holds."""
    return {**TIMES, **{name: name for name in (*TEXTS, *COUNTS, *FLAGS)}}


def _schema(pyarrow: Any) -> Any:
    kinds = {
        **dict.fromkeys(TIMES, pyarrow.timestamp("ms", "UTC")),
        **dict.fromkeys(TEXTS, pyarrow.string()),
        **dict.fromkeys(COUNTS, pyarrow.int64()),
        **dict.fromkeys(FLAGS, pyarrow.bool_()),
    }
    never_null = {"played_at", "kind", "source"}
    return pyarrow.schema([pyarrow.field(name, kind, name not in never_null) for name, kind in kinds.items()])
