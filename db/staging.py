"""Where an import's rows wait, understood but not yet resolved, until one set-based step stores them all."""

import csv
import io
from collections.abc import Iterable
from typing import NamedTuple

from db.connection import database

CREATE = """
    CREATE TEMPORARY TABLE staged (
        export_no integer NOT NULL, file_no integer NOT NULL, row_no integer NOT NULL,
        source text NOT NULL, digest bigint NOT NULL, played_at timestamptz(3) NOT NULL, ms_played integer,
        kind text NOT NULL, uri text, name text, artist_or_show text, album text, loaded_ms bigint,
        reason_start text, reason_end text, shuffle boolean, skipped boolean, offline boolean, incognito boolean,
        platform text, country text, context_uri text
    ) ON COMMIT DROP
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


COPY = f"COPY staged (export_no, file_no, row_no, {', '.join(StagedRow._fields)}) FROM STDIN (FORMAT csv)"


def create_staging() -> None:
    """Needs a transaction: what is staged is gone with it."""
    database.execute_sql(CREATE)


def stage(export_no: int, file_no: int, numbered: Iterable[tuple[int, StagedRow]]) -> None:
    """Add rows of one file; each comes with its position in the file, from 1."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerows((export_no, file_no, row_no, *row) for row_no, row in numbered)
    text.seek(0)
    database.cursor().copy_expert(COPY, text)
