"""Connect as the role of an account, as a tool would."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from urllib.parse import urlsplit, urlunsplit

import psycopg2

from db.engine.connection import connected
from people.accounts import account_named
from people.tools.sql_access import SqlAccess, give_sql_access, revoke_sql_access

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
    """As the role of the account, which is dropped at the end."""
    with connected():
        access = give_sql_access(account_named(username))
    try:
        tool = Tool(url_of(database_url, access))
        with closing(tool.connection):
            yield tool
    finally:
        with connected():
            revoke_sql_access(account_named(username))
