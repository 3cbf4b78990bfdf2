"""A real PgBouncer that pools transactions serves questions on the web, and nothing else."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from db.engine.cancellation import Cancellation, QuestionStopped, stoppable
from db.engine.connection import OPTIONS, connected, open_database, row, rows
from db.engine.failures import DatabaseUnsuitable
from db.engine.locks import SessionNeeded, account_lock, try_refresh_lock
from db.engine.servers import Servers
from db.startup.suitability import refuse_unsuitable, refuse_unsuitable_servers
from tests.db.pgbouncer import SETTINGS, needs_pgbouncer, pgbouncer, web_role
from tests.doors.programs import SECRET_KEY, run
from tests.web.test_application import free_port

pytestmark = pytest.mark.programs


@pytest.fixture
def pooled(server_url: str, database_url: str, tmp_path: Path) -> Iterator[str]:
    """The URL of the tests' database through PgBouncer, and the pool of a web program that uses it."""
    needs_pgbouncer()
    with web_role(server_url, *SETTINGS) as role, pgbouncer(database_url, tmp_path, role) as url:
        open_database(database_url, 8, Servers(pooler=url))
        yield url
        open_database(database_url)


def test_pgbouncer_is_accepted_for_questions_and_refused_for_programs_that_lock(pooled: str) -> None:
    refuse_unsuitable_servers(Servers(pooler=pooled), OPTIONS)
    with pytest.raises(DatabaseUnsuitable):
        refuse_unsuitable(pooled, OPTIONS)


@pytest.mark.parametrize("missing", [0, 1, 3])
def test_a_role_that_lacks_a_setting_is_refused(
    server_url: str, database_url: str, tmp_path: Path, missing: int
) -> None:
    needs_pgbouncer()
    settings = [setting for number, setting in enumerate(SETTINGS) if number != missing]
    others = ["timezone = 'Asia/Tokyo'"] if missing == 0 else []
    with web_role(server_url, *settings, *others) as role, pgbouncer(database_url, tmp_path, role) as url:
        with pytest.raises(DatabaseUnsuitable, match=r"ALTER ROLE … SET timezone = 'UTC'") as refusal:
            refuse_unsuitable_servers(Servers(pooler=url), OPTIONS)
        env = {"DATABASE_URL": database_url, "DATABASE_POOLER_URL": url, "SECRET_KEY": SECRET_KEY, "PORT": free_port()}
        status, out, errors = run("application.py", env=env)
    assert SETTINGS[missing].partition(" ")[0] in str(refusal.value)
    assert (status, out) == (1, "")
    assert errors.count("\n") == 1


def test_questions_go_through_pgbouncer_and_everything_else_does_not(pooled: str) -> None:
    with connected():
        (direct,) = row("SELECT current_user") or ("",)
    with stoppable(Cancellation(20)), connected():
        (through,) = row("SELECT current_user") or ("",)
    assert (direct.startswith("web_"), through.startswith("web_")) == (False, True)


def test_a_question_never_takes_a_lock_of_its_session(pooled: str) -> None:
    with stoppable(Cancellation(20)), connected():
        with pytest.raises(SessionNeeded), account_lock(1):
            pytest.fail("It was granted.")
        with pytest.raises(SessionNeeded), try_refresh_lock():
            pytest.fail("It was granted.")
    with connected(), try_refresh_lock() as mine:
        assert mine


def test_a_question_that_takes_too_long_is_stopped_and_limits_nothing_else(
    server_url: str, database_url: str, tmp_path: Path
) -> None:
    needs_pgbouncer()
    settings = (*SETTINGS[:3], "statement_timeout = '300ms'")
    with web_role(server_url, *settings) as role, pgbouncer(database_url, tmp_path, role) as url:
        open_database(database_url, 8, Servers(pooler=url))
        with pytest.raises(QuestionStopped), stoppable(Cancellation(20)), connected():
            rows("SELECT pg_sleep(30)")
        with connected():
            assert rows("SELECT pg_sleep(0.5)::text") == [("",)]
            assert row("SELECT current_setting('statement_timeout')") == ("0",)
        with stoppable(Cancellation(20)), connected():
            assert row("SELECT 1") == (1,)
        open_database(database_url)
