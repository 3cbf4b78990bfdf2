"""Who gets a role, what ends it, and what a database user that is no superuser can do."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from urllib.parse import urlsplit

import psycopg2
import pytest

from db.account_changes.deletion import delete_account
from db.engine.connection import connected, rows
from people.access import disable, enable
from people.account_changes import Changes, change_account
from people.accounts import account_named
from people.tools.sql_access import NoSqlAccess, SqlAccess, give_sql_access, revoke_sql_access, sql_access
from tests.conftest import execute
from tests.db.report.reading import Tool, an_owner, reading, url_of
from tests.suite.citus import needs_sql_access
from tests.web import seed
from tests.web.seed import known_track

pytestmark = needs_sql_access

ROLES = "SELECT rolname FROM pg_roles WHERE rolname = %s"


@pytest.fixture
def alice(database_url: str) -> int:
    alice = seed.account()
    seed.play(alice, known_track(), "2026-06-01 12:00Z")
    return alice


def users(tool: Tool) -> list[object]:
    return [username for (username,) in tool.ask("SELECT username FROM plays")]


def test_a_rename_keeps_the_role(database_url: str, alice: int) -> None:
    with connected():
        access = give_sql_access(account_named("alice"))
        ((now,),) = rows("SELECT now()")
        change_account(account_named("alice"), Changes(username="alicia"), now)
    with closing((tool := Tool(url_of(database_url, access))).connection):
        assert users(tool) == ["alicia"]
    with connected():
        assert [(reader.username, reader.exists) for reader in sql_access()] == [("alicia", True)]
        revoke_sql_access(account_named("alicia"))


def test_a_disabled_account_is_not_read_until_it_is_enabled(database_url: str, alice: int) -> None:
    with reading(database_url, "alice") as tool:
        with connected():
            disable(account_named("alice"))
        assert users(tool) == []
        with connected():
            enable(account_named("alice"))
        assert users(tool) == ["alice"]


def test_deleting_an_account_drops_its_role_and_ends_its_session(database_url: str, alice: int) -> None:
    with connected():
        access = give_sql_access(account_named("alice"))
    with closing((tool := Tool(url_of(database_url, access))).connection):
        with connected():
            delete_account(alice)
            assert rows(ROLES, access.role) == []
        with pytest.raises(psycopg2.OperationalError):  # the session has ended, too
            tool.ask("SELECT 1")


def test_a_new_password_ends_the_old_one(database_url: str, alice: int) -> None:
    with connected():
        old, new = (give_sql_access(account_named("alice")) for _ in range(2))
    assert old.role == new.role
    with pytest.raises(psycopg2.OperationalError, match="password authentication failed"):
        Tool(url_of(database_url, old))
    Tool(url_of(database_url, new)).connection.close()
    with connected():
        assert revoke_sql_access(account_named("alice")) == new.role
        assert rows(ROLES, new.role) == []
        with pytest.raises(NoSqlAccess, match="alice has no SQL access"):
            revoke_sql_access(account_named("alice"))


def test_several_accounts_get_their_roles_at_once(database_url: str, alice: int) -> None:
    names = ["alice", *map(seed_account, ("bob", "carol", "dave"))]
    with ThreadPoolExecutor(8) as people:
        for _ in range(3):
            assert {access.role for access in people.map(give_access, names * 2)} == set(map(role_of, names))
    for name in names:
        with connected():
            revoke_sql_access(account_named(name))


def seed_account(name: str) -> str:
    seed.account(name)
    return name


def give_access(name: str) -> SqlAccess:
    with connected():
        return give_sql_access(account_named(name))


def role_of(name: str) -> str:
    with connected():
        return next(reader.role for reader in sql_access() if reader.username == name)


def test_a_role_that_owns_something_elsewhere_is_shut_out(
    server_url: str, database_url: str, alice: int, empty_database: str
) -> None:
    with connected():
        access = give_sql_access(account_named("alice"))
        execute(empty_database, f"CREATE TABLE kept (a int); ALTER TABLE kept OWNER TO {access.role}")
        revoke_sql_access(account_named("alice"))
        assert rows("SELECT rolcanlogin FROM pg_roles WHERE rolname = %s", access.role) == [(False,)]
    execute(empty_database, f"DROP OWNED BY {access.role}; DROP ROLE {access.role}")


@pytest.fixture
def owner(server_url: str) -> Iterator[str]:
    with an_owner(server_url) as url:
        yield url


def test_an_administrator_can_create_the_role_that_insight_may_not(owner: str, server_url: str) -> None:
    with connected():
        access = give_sql_access(account_named("alice"))
        assert [reader.exists for reader in sql_access()] == [False]
    assert access.for_administrator
    assert access.password not in str(access.for_administrator)
    for statement in access.for_administrator:
        execute(server_url, statement)
    with closing((tool := Tool(url_of(owner, access))).connection):
        assert tool.ask("SELECT username FROM accounts") == [("alice",)]
        with connected():
            revoke_sql_access(account_named("alice"))
        assert tool.ask("SELECT username FROM accounts") == []
    execute(server_url, f"DROP ROLE {access.role}")


def test_a_database_user_that_may_create_roles_needs_no_administrator(owner: str, server_url: str) -> None:
    name = urlsplit(owner).username
    execute(server_url, f"ALTER ROLE {name} CREATEROLE")
    with connected():
        access = give_sql_access(account_named("alice"))
        assert access.for_administrator == []
        tool = Tool(url_of(owner, access))
        assert tool.ask("SELECT username FROM accounts") == [("alice",)]
        revoke_sql_access(account_named("alice"))
        assert rows(ROLES, access.role) == []
    tool.connection.close()
