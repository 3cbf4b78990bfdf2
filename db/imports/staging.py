"""Stage an import's rows in temporary tables, until a few set-based statements store them all."""

import csv
import io
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from typing import NamedTuple

import peewee

from db.engine.connection import database

# Temporary tables belong to this connection: nobody else waits for them, and PostgreSQL drops them at its end.
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
DROP = "DROP TABLE IF EXISTS staged, staged_aside, music, spoken, new_uri, spelling, own_facts CASCADE"


class StagedRow(NamedTuple):
    """A parsed row of streaming history: what ended, when and how. `digest` distinguishes otherwise equal rows.

    A tuple, because there are hundreds of thousands: a dataclass takes eight times as long to create, and this can be
    copied to the database as it is.
    """

    source: str
    digest: int
    played_at: str  # ISO 8601 with its zone
    ms_played: int | None  # None if the source does not know
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
    """A row that does not become a play: its fate, the reason, and the part of its content that may be kept."""

    row_no: int
    fate: str
    reason: str
    content: str


COPY_ROWS = f"COPY staged (export_no, file_no, row_no, {', '.join(StagedRow._fields)}) FROM STDIN (FORMAT csv)"
COPY_ASIDE = "COPY staged_aside (file_no, row_no, fate, reason, content) FROM STDIN (FORMAT csv)"


def as_csv(export_no: int, file_no: int, numbered: Iterable[tuple[int, StagedRow]]) -> bytes:
    """Format rows of one file for `Staging.stage`; each comes with its position in the file, from 1."""
    return _csv((export_no, file_no, row_no, *row) for row_no, row in numbered)


def _csv(lines: Iterable[tuple[object, ...]]) -> bytes:
    text = io.StringIO()
    csv.writer(text).writerows(lines)
    return text.getvalue().encode()


class Staging:
    """The temporary tables of an import."""

    def __init__(self) -> None:
        self._cursor = database.cursor()

    def stage(self, plays: bytes) -> None:
        """Add rows that `as_csv` has formatted."""
        self._copy(COPY_ROWS, plays)

    def stage_aside(self, file_no: int, rows: Iterable[AsideRow]) -> None:
        """Add rows of one file that do not become plays."""
        self._copy(COPY_ASIDE, _csv((file_no, *row) for row in rows))

    def _copy(self, statement: str, lines: bytes) -> None:
        if lines:
            self._cursor.copy_expert(statement, io.BytesIO(lines), size=len(lines))


@contextmanager
def staging() -> Iterator[Staging]:
    """Provide temporary tables during the block; outside a transaction, so they last from one to the next."""
    database.execute_sql(DROP)
    database.execute_sql(CREATE)
    try:
        yield Staging()
    finally:
        with suppress(peewee.PeeweeException):  # PostgreSQL drops them if the connection is lost
            database.execute_sql(DROP)
