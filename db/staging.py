"""Where an import's rows wait, understood but not yet resolved, until a few set-based steps store them all."""

import csv
import io
from collections.abc import Iterable, Iterator
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from contextlib import contextmanager, suppress
from typing import NamedTuple

import peewee

from db.connection import database

# Temporary tables of this connection: nobody waits for them, and they are gone with it.
CREATE = """
    CREATE TEMPORARY TABLE staged (
        export_no integer NOT NULL, file_no integer NOT NULL, row_no integer NOT NULL,
        source text NOT NULL, digest bigint NOT NULL, played_at timestamptz(3) NOT NULL, ms_played integer,
        kind text NOT NULL, uri text, name text, artist_or_show text, album text, loaded_ms bigint,
        reason_start text, reason_end text, shuffle boolean, skipped boolean, offline boolean, incognito boolean,
        platform text, country text, context_uri text
    );
    CREATE TEMPORARY TABLE staged_aside (file_no integer, row_no integer, fate text, reason text, content text);
"""
DROP = """
    DROP TABLE IF EXISTS staged, staged_aside, music, artist_of, album_of, described, candidate, contested CASCADE
"""


class StagedRow(NamedTuple):
    """A row of streaming history, understood: what ended when, and how. `digest` tells it from its twins.

    A tuple and no dataclass, because there are hundreds of thousands: it is made eight times as fast, and copied as is.
    """

    source: str
    digest: int
    played_at: str  # ISO 8601 with its zone
    ms_played: int | None  # None where the source does not know
    kind: str  # track, episode or chapter
    uri: str | None = None
    name: str | None = None
    artist_or_show: str | None = None
    album: str | None = None
    loaded_ms: int | None = None  # when the player loaded it, in milliseconds since 1970
    reason_start: str | None = None
    reason_end: str | None = None
    shuffle: bool | None = None
    skipped: bool | None = None
    offline: bool | None = None
    incognito: bool | None = None
    platform: str | None = None
    country: str | None = None
    context_uri: str | None = None


class AsideRow(NamedTuple):
    """A row that becomes no play: what is to be called of it, why, and what may be kept of its content."""

    row_no: int
    fate: str
    reason: str
    content: str


COPY_ROWS = f"COPY staged (export_no, file_no, row_no, {', '.join(StagedRow._fields)}) FROM STDIN (FORMAT csv)"
COPY_ASIDE = "COPY staged_aside (file_no, row_no, fate, reason, content) FROM STDIN (FORMAT csv)"


class Staging:
    """Where to stage rows. The database takes a batch in while the next is being read; `finish` waits for the last."""

    def __init__(self, copier: Executor) -> None:
        self._copier, self._cursor = copier, database.cursor()
        self._under_way: Future[None] | None = None

    def stage(self, export_no: int, file_no: int, numbered: Iterable[tuple[int, StagedRow]]) -> None:
        """Add rows of one file; each comes with its position in the file, from 1."""
        self._copy(COPY_ROWS, ((export_no, file_no, row_no, *row) for row_no, row in numbered))

    def stage_aside(self, file_no: int, rows: Iterable[AsideRow]) -> None:
        """Add rows of one file that become no plays."""
        self._copy(COPY_ASIDE, ((file_no, *row) for row in rows))

    def finish(self) -> None:
        """Raises what went wrong with a batch."""
        if self._under_way is not None:
            self._under_way.result()

    def _copy(self, statement: str, lines: Iterable[tuple[object, ...]]) -> None:
        text = io.StringIO()
        csv.writer(text).writerows(lines)
        text.seek(0)
        self.finish()
        self._under_way = self._copier.submit(self._cursor.copy_expert, statement, text)


@contextmanager
def staging() -> Iterator[Staging]:
    """Places to stage rows in, for the block; outside a transaction, so that what is staged stays between several."""
    database.execute_sql(DROP)
    database.execute_sql(CREATE)
    try:
        with ThreadPoolExecutor(max_workers=1) as copier:
            yield Staging(copier)
    finally:
        with suppress(peewee.PeeweeException):  # a lost connection has dropped them already
            database.execute_sql(DROP)
