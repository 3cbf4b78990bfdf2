"""`sql-access` gives a URL with which SQL tools read one account; a restore keeps the roles of the backup."""

import re
from contextlib import closing
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from advice import command
from db.engine.connection import close_database, connected, open_database, rows
from people.tools.sql_access import SqlAccess
from terminal.features.sql_access import reader_url
from tests.db.report.reading import Tool, an_owner
from tests.doors.programs import NO_DORA, SECRET_KEY, run
from tests.suite.citus import needs_sql_access
from tests.web import seed

CREATED = re.compile(
    r"SQL access of alice, shown only once:\n\n"
    r"(postgresql://(insight_reader_[0-9a-f]{12}):[\w-]{32}@\S+)\n\n"
    r"The role reads the views of the schema `report`\. docs/sql\.md shows how to connect\.\n.*",
    re.DOTALL,
)
ACCESS = SqlAccess("insight_reader_0123456789ab", "pass-word", None, [])


def ask(database_url: str, *words: str, command: str = "sql-access") -> tuple[int, str, str]:
    return run("cli.py", command, *words, env={"DATABASE_URL": database_url, "SECRET_KEY": SECRET_KEY})


@pytest.fixture
def alice(database_url: str) -> int:
    alice = seed.account()
    seed.play(alice, seed.known_track(), "2026-06-01 12:00Z")
    return alice


def new_access(database_url: str) -> tuple[str, str]:
    """Create access for Alice; returns its URL and its role."""
    status, out, err = ask(database_url, "alice")
    printed = CREATED.fullmatch(out)
    assert (status, printed is not None) == (0, True), out
    assert printed
    assert printed[1] not in err
    return printed[1], printed[2]


@needs_sql_access
def test_access_is_given_shown_once_listed_and_revoked(database_url: str, alice: int) -> None:
    nothing = f"No account has SQL access: `{command('cli.py', 'sql-access USERNAME')}` gives it.\n"
    assert ask(database_url, "--list") == (0, nothing, "")
    url, role = new_access(database_url)
    with closing((tool := Tool(url)).connection):
        assert tool.ask("SELECT track FROM plays") == [("Paper Boats",)]
    assert re.fullmatch(rf"alice: {role}, since \d{{4}}-\d\d-\d\d\n", ask(database_url, "--list")[1])
    assert ask(database_url, "alice", "--revoke")[:2] == (0, f"The role {role} can no longer read anything.\n")
    assert ask(database_url, "--list") == (0, nothing, "")


@pytest.mark.parametrize(
    ("words", "status", "sentence"),
    [
        ((), 2, "name an account, or use --list"),
        (("alice", "--list"), 2, "name an account, or use --list"),
        (("alice", "--list", "--revoke"), 2, "not allowed with argument"),
        (("dora",), 1, NO_DORA),
        (("alice", "--revoke"), 1, "alice has no SQL access."),
    ],
)
def test_impossible_requests_are_explained(
    database_url: str, alice: int, words: tuple[str, ...], status: int, sentence: str
) -> None:
    result, out, err = ask(database_url, *words)
    assert (result, out, sentence in err) == (status, "", True), err


@pytest.mark.parametrize(
    ("database_url", "port", "url"),
    [
        ("postgresql://insight:own@db:5432/insight", None, "postgresql://{}@db:5432/insight"),
        ("postgresql://insight:own@db/insight?sslmode=require", 5433, "postgresql://{}@db/insight?sslmode=require"),
        ("postgresql://insight:own@/insight?host=%2Frun&port=5432", None,
         "postgresql://{}@/insight?host=%2Frun&port=5432"),
        ("postgresql://insight:own@/insight?host=%2Frun&port=5433", 5433, "postgresql://{}@127.0.0.1:5433/insight"),
    ],
)  # fmt: skip
def test_the_url_is_that_of_the_database_or_uses_the_published_port(
    database_url: str, port: int | None, url: str
) -> None:
    access = SqlAccess(ACCESS.role, ACCESS.password, port, [])
    assert reader_url(database_url, access) == url.format(f"{ACCESS.role}:{ACCESS.password}")


@pytest.mark.programs
@needs_sql_access
def test_a_restore_keeps_the_role_of_the_backup_and_drops_later_ones(
    database_url: str, alice: int, tmp_path: Path
) -> None:
    url, role = new_access(database_url)
    seed.account("bob")
    assert ask(database_url, str(tmp_path / "b"), command="backup")[0] == 0
    later = ask(database_url, "bob")[1].partition("://")[2].partition(":")[0]
    close_database()
    with closing((left_open := Tool(url)).connection):
        left_open.rest_within_a_transaction()
        status, out, err = ask(database_url, str(tmp_path / "b"), "--replace", "--yes", command="restore")
        assert "administrator command" in left_open.why_it_ended()
    assert (status, "SQL access" in out) == (0, False), err
    with closing((tool := Tool(url)).connection):
        assert tool.ask("SELECT track FROM plays") == [("Paper Boats",)]
    open_database(database_url)
    with connected():
        assert rows("SELECT rolname FROM pg_roles WHERE rolname = ANY(%s)", [role, later]) == [(role,)]
        rows(f"DROP ROLE {role}; SELECT 1")
    close_database()
    out = ask(database_url, str(tmp_path / "b"), "--replace", "--yes", command="restore")[1]
    again = command("cli.py", "sql-access", "alice")
    assert f"The SQL access of alice needs a new role on this server: `{again}`." in out
    assert f"this server does not have the role: `{again}` creates it" in ask(database_url, "--list")[1]
    assert new_access(database_url)[1] == role
    ask(database_url, "alice", "--revoke")


def test_statements_for_an_administrator_do_not_contain_the_password(server_url: str) -> None:
    with an_owner(server_url) as url:
        status, out, _ = ask(url, "alice")
    heading, _, rest = out.partition("\n\n")
    statements, _, printed = rest.partition("\n\n")
    assert (status, heading) == (
        1, "Insight's database user may not create roles (CREATEROLE). An administrator of the server can run this:"
    )  # fmt: skip
    match = CREATED.fullmatch(printed)
    assert match is not None
    assert statements.startswith(f"CREATE ROLE {match[2]} LOGIN NOINHERIT CONNECTION LIMIT 5 PASSWORD 'SCRAM-SHA-256$")
    assert str(urlsplit(match[1]).password) not in statements
