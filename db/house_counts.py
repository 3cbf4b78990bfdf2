"""Counts over all listeners that another tool has made, in a separate schema: the command that loads them creates it.

No program reads them, no migration creates them, and no backup contains them: after `DROP SCHEMA bulk CASCADE`, the
next run brings everything back.
"""

import io
from collections.abc import Iterable, Sequence

import psycopg2

from db.engine.connection import database

LEAST_LISTENERS = 2  # of a song or of a pair, so that no row is about one listener
CREATE = f"""
    CREATE SCHEMA IF NOT EXISTS bulk;
    CREATE TABLE IF NOT EXISTS bulk.song_count (
        track_id bigint PRIMARY KEY,
        listeners bigint NOT NULL CHECK (listeners >= {LEAST_LISTENERS}),
        plays bigint NOT NULL,
        liking double precision NOT NULL);
    CREATE TABLE IF NOT EXISTS bulk.co_listening (
        track_id bigint, near_track_id bigint,
        listeners bigint NOT NULL CHECK (listeners >= {LEAST_LISTENERS}),
        closeness double precision NOT NULL,
        PRIMARY KEY (track_id, near_track_id));
    TRUNCATE bulk.song_count, bulk.co_listening
"""
TABLES = {
    "song_count": ("track_id", "listeners", "plays", "liking"),
    "co_listening": ("track_id", "near_track_id", "listeners", "closeness"),
}
Row = Sequence[float]


class BadCounts(Exception):
    """The rows are not what the scripts compute; nothing was changed."""


def replace_house_counts(batches: Iterable[tuple[str, Sequence[Row]]]) -> dict[str, int]:
    """Replace the tables' content, in one transaction; each batch names its table. Returns the number of rows of each.

    Raises BadCounts.
    """
    sizes = dict.fromkeys(TABLES, 0)
    try:
        with database.atomic():
            database.execute_sql(CREATE)
            for table, rows in batches:
                _copy(table, rows)
                sizes[table] += len(rows)
    except (psycopg2.IntegrityError, psycopg2.DataError) as error:
        raise BadCounts(str(error).partition("\n")[0]) from error
    return sizes


def _copy(table: str, rows: Sequence[Row]) -> None:
    lines = "".join("\t".join(map(str, row)) + "\n" for row in rows)
    statement = f"COPY bulk.{table} ({', '.join(TABLES[table])}) FROM STDIN"
    database.cursor().copy_expert(statement, io.StringIO(lines))
