"""What docs/sql.md promises: the views, their columns and types stay, and each says what it is."""

from pathlib import Path

import pytest

from db.engine.connection import connected, rows
from tests.suite.citus import needs_sql_access

pytestmark = pytest.mark.usefixtures("database_url")

DOCS = Path(__file__).parents[3] / "docs" / "sql.md"
PLAY = (
    "username text, play_id bigint, played_at timestamp with time zone, began_at timestamp with time zone, "
    "local_time timestamp without time zone, day date, hour integer, track_id bigint, song_id bigint, "
    "artist_id bigint, album_id bigint, track text, artist text, album text, ms_played integer, skipped boolean, "
    "reason_start text, reason_end text, shuffle boolean, offline boolean, private_session boolean, device text, "
    "country text, source text"
)
PROMISED = {
    "accounts": "username text, time_zone text",
    "plays": PLAY,
    "all_plays": f"{PLAY}, counts boolean",
    "tracks": "username text, track_id bigint, song_id bigint, name text, artist text, album text, artist_id bigint, "
    "album_id bigint, duration_ms integer, isrc text, uri text, year integer",
    "genres": "username text, track_id bigint, genre text, parent text, share real",
    "artists": "username text, artist_id bigint, name text, uri text",
    "albums": "username text, album_id bigint, name text, artist text, release_date text, uri text",
    "plays_per_day": "username text, day date, plays bigint, ms_played bigint",
    "plays_per_hour": "username text, day date, hour integer, plays bigint, ms_played bigint",
    "sessions": "username text, began_at timestamp with time zone, ended_at timestamp with time zone, day date, "
    "hour integer, plays bigint, ms_played bigint",
    "gaps": "username text, began_at timestamp with time zone, ended_at timestamp with time zone, reason text",
    "recommendations": "username text, list text, date date, rank integer, kind text, track_id bigint, track text, "
    "artist text, uri text, reason text",
    "collections": "username text, collector text, started_at timestamp with time zone, "
    "finished_at timestamp with time zone, outcome text, plays_new integer, plays_known integer",
}
COLUMNS = """
    SELECT relname, string_agg(attname || ' ' || format_type(atttypid, NULL), ', ' ORDER BY attnum)
    FROM pg_class JOIN pg_attribute ON attrelid = pg_class.oid AND attnum > 0
    WHERE relnamespace = 'report'::regnamespace GROUP BY relname
"""
WITHOUT_COMMENT = """
    SELECT attrelid::regclass::text, attname FROM pg_class JOIN pg_attribute ON attrelid = pg_class.oid AND attnum >= 0
    WHERE relnamespace = 'report'::regnamespace AND col_description(attrelid, attnum) IS NULL
    UNION ALL SELECT relname, '' FROM pg_class
    WHERE relnamespace = 'report'::regnamespace AND obj_description(oid, 'pg_class') IS NULL
"""


def test_views_have_the_promised_columns_and_types() -> None:
    with connected():
        columns = dict(rows(COLUMNS))
    assert columns == PROMISED  # a later version may add a view, or columns at the end


@needs_sql_access
def test_every_view_and_column_says_what_it_is() -> None:
    with connected():
        assert rows(WITHOUT_COMMENT) == []


def test_the_documentation_names_every_view_and_column() -> None:
    text = DOCS.read_text()
    names = {name for columns in PROMISED.values() for name in (word.split()[0] for word in columns.split(", "))}
    assert {name for name in names | set(PROMISED) if f"`{name}`" not in text} == set()
