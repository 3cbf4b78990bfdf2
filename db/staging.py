"""Where an import's rows wait, understood but not yet resolved, until one set-based step stores them all."""

import csv
import io
from collections.abc import Iterable
from dataclasses import dataclass, fields
from datetime import datetime
from operator import attrgetter

from db.connection import database

CREATE = """
    CREATE TEMPORARY TABLE staged (
        export_no integer NOT NULL, file_no integer NOT NULL, row_no integer NOT NULL,
        source text NOT NULL, digest bigint NOT NULL, played_at timestamptz(3) NOT NULL, ms_played integer NOT NULL,
        kind text NOT NULL, uri text, name text, artist_or_show text, album text, started_at timestamptz(3),
        reason_start text, reason_end text, shuffle boolean, skipped boolean, offline boolean, incognito boolean,
        platform text, country text
    ) ON COMMIT DROP
"""


@dataclass(frozen=True, slots=True)
class StagedRow:
    """A row of streaming history, understood: what ended when, and how. `digest` tells it from its twins."""

    source: str
    digest: int
    played_at: datetime
    ms_played: int
    kind: str  # track, episode or chapter
    uri: str | None = None
    name: str | None = None
    artist_or_show: str | None = None
    album: str | None = None
    started_at: datetime | None = None
    reason_start: str | None = None
    reason_end: str | None = None
    shuffle: bool | None = None
    skipped: bool | None = None
    offline: bool | None = None
    incognito: bool | None = None
    platform: str | None = None
    country: str | None = None


COLUMNS = [field.name for field in fields(StagedRow)]
COPY = f"COPY staged (export_no, file_no, row_no, {', '.join(COLUMNS)}) FROM STDIN (FORMAT csv)"
_values = attrgetter(*COLUMNS)


def create_staging() -> None:
    """Needs a transaction: what is staged is gone with it."""
    database.execute_sql(CREATE)


def stage(export_no: int, file_no: int, numbered: Iterable[tuple[int, StagedRow]]) -> None:
    """Add rows of one file; each comes with its position in the file, from 1."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerows((export_no, file_no, row_no, *_values(row)) for row_no, row in numbered)
    text.seek(0)
    database.cursor().copy_expert(COPY, text)
