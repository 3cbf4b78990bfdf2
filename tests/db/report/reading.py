"""Connect as the role of an account, as a tool would."""

import os
import secrets
import select
from collections.abc import Iterator
from contextlib import closing, contextmanager
from urllib.parse import urlsplit, urlunsplit

import psycopg2

from db.engine.connection import close_database, connected, open_database
from db.people.accounts import ensure_accounts
from db.startup.migrate import migrate
from people.accounts import account_named
from people.tools.sql_access import SqlAccess, give_sql_access, revoke_sql_access
from tests.conftest import drop_database, execute

Row = tuple[object, ...]


class Tool:
    """A connection of its own, which commits each statement."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.connection = psycopg2.connect(url)
        self.connection.autocommit = True

    def ask(self, statement: str, *values: object) -> list[Row]:
        with self.connection.cursor() as cursor:
            cursor.execute(statement, values or None)
            return cursor.fetchall() if cursor.description else []

    def rest_within_a_transaction(self) -> None:
        """Stay idle in a transaction under our programs' name, as a tool may; PostgreSQL ends it only after a while."""
        self.ask("SET application_name = 'insight'")
        self.ask("SET idle_in_transaction_session_timeout = '30s'")
        self.ask("BEGIN")
        self.ask("SELECT FROM plays")

    def why_it_ended(self) -> str:
        """What PostgreSQL sent when it ended the connection; empty if it is open."""
        socket = self.connection.fileno()
        is_ended, _, _ = select.select([socket], [], [], 0)
        return os.read(socket, 4096).decode(errors="replace") if is_ended else ""

    def refusal(self, statement: str) -> str:
        """What PostgreSQL says; empty if it does not refuse."""
        return self.attempt(statement)[0]

    def attempt(self, statement: str) -> tuple[str, str]:
        """The refusal, and what was read."""
        try:
            return "", str(self.ask(statement))
        except psycopg2.Error as error:
            return str(error), ""


def url_of(database_url: str, access: SqlAccess) -> str:
    parts = urlsplit(database_url)
    host = parts.netloc.rpartition("@")[2]
    return urlunsplit(parts._replace(netloc=f"{access.role}:{access.password}@{host}"))


@contextmanager
def reading(database_url: str, username: str) -> Iterator[Tool]:
    """A tool that connects as the role of the account; the role is dropped at the end."""
    with connected():
        access = give_sql_access(account_named(username))
    try:
        tool = Tool(url_of(database_url, access))
        with closing(tool.connection):
            yield tool
    finally:
        with connected():
            revoke_sql_access(account_named(username))


@contextmanager
def an_owner(server_url: str) -> Iterator[str]:
    """The URL of a database, migrated and with alice, whose owner is no superuser and may not create roles."""
    name, password = f"insight_owner_{secrets.token_hex(4)}", secrets.token_hex(16)
    execute(server_url, f"CREATE ROLE {name} LOGIN PASSWORD '{password}'")
    execute(server_url, f"CREATE DATABASE {name} OWNER {name}")
    parts = urlsplit(server_url)
    url = urlunsplit(parts._replace(netloc=f"{name}:{password}@{parts.netloc.rpartition('@')[2]}", path=f"/{name}"))
    open_database(url)
    migrate()
    with connected():
        ensure_accounts(["alice"], "UTC")
    yield url
    close_database()
    drop_database(server_url, name)
    execute(server_url, f"DROP ROLE {name}")
