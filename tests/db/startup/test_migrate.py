"""Migrations: once, whoever starts at the same time, and never backwards."""

import subprocess
import sys
from pathlib import Path

import pytest

from db.engine.connection import DatabaseUnreachable, connected, database, open_database, rows
from db.models import Table
from db.startup.migrate import DatabaseTooNew, migrate, pending

ROOT = Path(__file__).parents[3]
EVERY = [
    "0001_first_tables", "0002_every_play_once", "0003_questions", "0004_summed_periods", "0005_access",
    "0006_recommendations", "0007_consent", "0008_other_trackers", "0009_coverage_of_each_export",
    "0010_names_of_an_account",
    "0011_tracks_by_name", "0012_one_count_for_all_processes",
    "0013_many_in_one_second",
    "0014_plays_of_a_track",
    "0015_imports_in_the_browser",
    "0016_language_of_an_account",
    "0018_live_collecting",
    "0019_playlists_and_library",
    "0020_plays_from_players",
    "0021_genres_and_origins",
    "0022_report_views",
    "0024_collecting_shared_out",
    "0025_joined_sums",
]  # fmt: skip


def test_several_programs_that_start_at_once_migrate_once(empty_database: str) -> None:
    imports = "import sys; from db.engine.connection import *; from db.startup.migrate import *"
    program = f"{imports}; open_database(sys.argv[1]); migrate()"
    command = [sys.executable, "-c", program, empty_database]
    started = [subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE, text=True) for _ in range(4)]
    assert [(child.communicate()[1], child.returncode) for child in started] == [("", 0)] * 4
    open_database(empty_database)
    with connected():
        assert rows("SELECT name FROM schema_migration") == [(name,) for name in EVERY]
        assert pending() == []
    assert migrate() == []


def test_a_database_of_a_later_version_is_refused_and_unchanged(empty_database: str) -> None:
    open_database(empty_database)
    assert migrate() == EVERY
    with connected():
        rows("INSERT INTO schema_migration (name, applied) VALUES ('0999_from_the_future', now()) RETURNING id")
    with pytest.raises(DatabaseTooNew) as refusal:
        migrate()
    assert str(refusal.value) == (
        "The database is newer than this program: it has 0999_from_the_future, which this version does not know. "
        "Start the version that migrated it, or restore the backup from before the upgrade."
    )


def test_a_missing_database_is_reported_without_its_address() -> None:
    open_database("postgresql://somebody:hidden@127.0.0.1:1/none")
    with pytest.raises(DatabaseUnreachable) as refusal:
        migrate()
    assert str(refusal.value) == "The database cannot be reached now; try again."


def test_the_models_match_the_tables(database_url: str) -> None:
    """Every column of every table is in its model and the other way round, and both take null for the same ones."""
    with connected():
        tables = {
            name: {column.name: column.null for column in database.get_columns(name)}
            for name in database.get_tables()
            if name != "schema_migration"
        }
    models = {
        model._meta.table_name: {field.column_name: field.null for field in model._meta.sorted_fields}
        for model in Table.__subclasses__()
    }
    assert models == tables


def test_every_key_of_an_accounts_data_begins_with_the_account(database_url: str) -> None:
    """So that tables can be partitioned or distributed by account without change."""
    with connected():
        keys = rows("""
            SELECT class.relname, key.attname FROM pg_index
            JOIN pg_class class ON class.oid = indrelid
            JOIN pg_attribute key ON key.attrelid = indrelid AND key.attnum = indkey[0]
            WHERE (indisunique OR indisprimary) AND class.relname <> 'account' AND EXISTS (
                SELECT FROM pg_attribute WHERE attrelid = indrelid AND attname = 'account_id')
        """)
    assert keys
    assert {key for _, key in keys} == {"account_id"}
