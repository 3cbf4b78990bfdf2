"""The server that DATABASE_URL names is checked before anything is done with it."""

import pytest

from db.engine.connection import OPTIONS, connected, rows
from db.engine.failures import DatabaseUnreachable, DatabaseUnsuitable
from db.startup.suitability import refuse_unsuitable
from tests.db.startup.pooler import pooled
from tests.doors.programs import SECRET_KEY, run
from tests.suite.citus import needs_settings
from tests.web.test_application import free_port

# Citus has others of its own.
LOCKS = """
    SELECT count(*) FROM pg_locks JOIN pg_database ON pg_database.oid = database
    WHERE locktype = 'advisory' AND objsubid IN (1, 2) AND datname = current_database()
"""
POOLED = "The database grants one lock to two connections at once. This happens behind a pooler that pools transactions"


def test_a_server_and_a_session_pooler_are_accepted(database_url: str) -> None:
    refuse_unsuitable(database_url, OPTIONS)
    with pooled(database_url) as url:
        refuse_unsuitable(url, OPTIONS)


@needs_settings
def test_a_pooler_that_drops_settings_is_refused(database_url: str) -> None:
    with pooled(database_url, keeps_options=False) as url, pytest.raises(DatabaseUnsuitable) as refusal:
        refuse_unsuitable(url, OPTIONS)
    assert " and must be " in str(refusal.value)
    assert "ignore_startup_parameters" in str(refusal.value)


def test_a_pooler_that_pools_transactions_is_refused(database_url: str) -> None:
    with pooled(database_url, shares=True) as url, pytest.raises(DatabaseUnsuitable) as refusal:
        refuse_unsuitable(url, OPTIONS)
    assert str(refusal.value).startswith(POOLED)
    assert "set pool_mode = session, or connect to PostgreSQL directly" in str(refusal.value)


def test_the_check_leaves_no_lock_behind(database_url: str) -> None:
    refuse_unsuitable(database_url, OPTIONS)
    with connected():
        assert rows(LOCKS) == [(0,)]


def test_a_missing_server_is_reported_as_unreachable() -> None:
    with pytest.raises(DatabaseUnreachable, match="cannot be reached now"):
        refuse_unsuitable("postgresql://nobody:hunter2@127.0.0.1:1/none", OPTIONS)


@pytest.mark.parametrize(
    "command",
    [("application.py",), ("spotify_client.py",), ("spotify_client.py", "collect"), ("cli.py", "check"), ("run.py",)],
)
def test_every_program_refuses_an_unsuitable_server_first(empty_database: str, command: tuple[str, ...]) -> None:
    with pooled(empty_database, shares=True) as url:
        env = {"DATABASE_URL": url, "SECRET_KEY": SECRET_KEY, "PORT": free_port()}
        status, out, err = run(*command, env=env)
    assert (status, out, err.startswith(POOLED), err.count("\n")) == (1, "", True, 1)
