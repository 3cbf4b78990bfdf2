"""Where an import's rows wait, understood but not yet resolved, until a few set-based steps store them all."""

import csv
import io
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from typing import NamedTuple

import peewee

from db.engine.connection import database

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
DROP = "DROP TABLE IF EXISTS staged, staged_aside, music, spoken, new_uri, spelling, own_facts CASCADE"


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


def as_csv(export_no: int, file_no: int, numbered: Iterable[tuple[int, StagedRow]]) -> bytes:
    """Rows of one file as `Staging.stage` takes them; each comes with its position in the file, from 1."""
    return _csv((export_no, file_no, row_no, *row) for row_no, row in numbered)


def _csv(lines: Iterable[tuple[object, ...]]) -> bytes:
    text = io.StringIO()
    csv.writer(text).writerows(lines)
    return text.getvalue().encode()


class Staging:
    """Where to stage rows."""

    def __init__(self) -> None:
        self._cursor = database.cursor()

    def stage(self, plays: bytes) -> None:
        """Add what `as_csv` made of rows."""
        self._copy(COPY_ROWS, plays)

    def stage_aside(self, file_no: int, rows: Iterable[AsideRow]) -> None:
        """Add rows of one file that become no plays."""
        self._copy(COPY_ASIDE, _csv((file_no, *row) for row in rows))

    def _copy(self, statement: str, lines: bytes) -> None:
        if lines:
            self._cursor.copy_expert(statement, io.BytesIO(lines), size=len(lines))


@contextmanager
def staging() -> Iterator[Staging]:
    """Places to stage rows in, for the block; outside a transaction, so that what is staged stays between several."""
    database.execute_sql(DROP)
    database.execute_sql(CREATE)
    try:
        yield Staging()
    finally:
        with suppress(peewee.PeeweeException):  # a lost connection has dropped them already
            database.execute_sql(DROP)
