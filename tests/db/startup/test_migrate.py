"""Migrations: once, whoever starts at the same time, and never backwards."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from playhouse.migrations import Runner

from db.engine.connection import DatabaseUnreachable, connected, database, open_database, rows
from db.models import Table
from db.plays.matching_rules import RULES
from db.startup.migrate import DIRECTORY, DatabaseTooNew, migrate, pending
from tests.db.report.reading import reading
from tests.web import seed

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
    "0017_weekly_and_monthly_lists",
    "0018_live_collecting",
    "0019_playlists_and_library",
    "0020_plays_from_players",
    "0021_genres_and_origins",
    "0022_report_views",
    "0023_webhooks",
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


NIGHT = """
    WITH track AS (INSERT INTO track (uri) VALUES ('spotify:track:a') RETURNING id),
    account AS (INSERT INTO account (username) VALUES ('alice') RETURNING id),
    run AS (
        INSERT INTO recommendation_run (account_id, date, as_of, time_zone, engine, status)
        SELECT id, '2026-11-16', now(), 'UTC', 3, 'ok' FROM account
    ), simple AS (
        INSERT INTO recommendation_baseline (account_id, date, kind, rank, track_id, song_key)
        SELECT account.id, '2026-11-16', 'rotation', 1, track.id, 'a' FROM account, track
    )
    INSERT INTO recommendation (account_id, date, rank, kind, track_id, score, reason, evidence)
    SELECT account.id, '2026-11-16', 1, 'rotation', track.id, 1, 'It fits.', '{}' FROM account, track RETURNING rank
"""
ANOTHER = """
    INSERT INTO recommendation_run (account_id, list_name, date, as_of, time_zone, engine, status)
    SELECT account_id, 'weekly', date, as_of, time_zone, engine, status FROM recommendation_run RETURNING list_name
"""
LISTS = """
    SELECT item.list_name, simple.list_name, run.list_name FROM recommendation item
    JOIN recommendation_baseline simple USING (account_id, date) JOIN recommendation_run run USING (account_id, date)
"""


def test_the_lists_of_a_database_that_has_later_migrations_are_daily(empty_database: str, tmp_path: Path) -> None:
    later_migrations = "002[1-9]*"
    shutil.copytree(
        DIRECTORY, tmp_path / "others", ignore=shutil.ignore_patterns("0017*", later_migrations, "__pycache__")
    )
    open_database(empty_database)
    with connected():
        Runner(database.obj, str(tmp_path / "others")).up()
        rows(NIGHT)
    assert migrate() == [name for name in EVERY if name == "0017_weekly_and_monthly_lists" or name > "0021"]
    with connected():
        assert rows(LISTS) == [("daily", "daily", "daily")]
        assert rows(ANOTHER) == [("weekly",)]
        rows("DELETE FROM recommendation_run WHERE list_name = 'daily' RETURNING 1")
        assert rows("SELECT count(*) FROM recommendation") == [(0,)]


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


def test_the_reports_of_a_new_account_need_not_be_settled_again(database_url: str) -> None:
    alice = seed.account()
    with connected():
        assert rows("SELECT matching_rules FROM account WHERE id = %s", alice) == [(RULES,)]


def test_a_reader_that_is_idle_in_a_transaction_does_not_hold_up_an_upgrade(
    empty_database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    open_database(empty_database)
    migrate()
    seed.account()
    with reading(empty_database, "alice") as tool:
        tool.rest_within_a_transaction()
        later = Path(shutil.copytree(DIRECTORY, tmp_path / "migrations"))
        changing = "def up(migrator, db):\n    db.execute_sql('ALTER TABLE play ADD COLUMN more text')\n"
        (later / "9999_later.py").write_text(changing)
        monkeypatch.setattr("db.startup.migrate.DIRECTORY", later)
        assert migrate() == ["9999_later"]
        assert "administrator command" in tool.why_it_ended()
