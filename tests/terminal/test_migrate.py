"""`migrate` brings an empty database, a current one and one of an older version up to date."""

import pytest
from psycopg2.errors import UniqueViolation

from changelog import this_version
from tests.conftest import execute
from tests.doors.programs import run

GENRE = "INSERT INTO genre (name) VALUES ('dream pop')"


def migrated(url: str) -> tuple[int, str]:
    status, out, _ = run("cli.py", "migrate", env={"DATABASE_URL": url})
    return status, out


def test_an_empty_database_gets_its_tables_and_another_run_keeps_what_is_in_them(empty_database: str) -> None:
    assert migrated(empty_database) == (0, "The database is up to date.\n")
    execute(empty_database, GENRE)
    assert migrated(empty_database) == (0, "The database is up to date.\n")
    with pytest.raises(UniqueViolation):
        execute(empty_database, GENRE)


def test_an_upgrade_says_what_changes_for_the_operator(empty_database: str) -> None:
    migrated(empty_database)
    execute(empty_database, "UPDATE last_version SET version = '0.1.0'")
    status, out = migrated(empty_database)
    assert (status, out.splitlines()[0]) == (0, f"Upgraded 0.1.0 → {this_version()}")
    assert out.endswith("The database is up to date.\n")
