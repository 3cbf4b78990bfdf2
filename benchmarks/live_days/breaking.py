"""Kill a program, or drop its connection to PostgreSQL, before its nth statement; in one process, so that it is quick.

For PostgreSQL both are the same as for a process of its own: nothing reaches it afterwards, and it rolls back.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Literal

import psycopg2
from psycopg2 import extensions

from db.engine.connection import DatabaseUnreachable, database, open_database

How = Literal["killed", "dropped"]
END = "SELECT pg_terminate_backend(%s)"


class Killed(BaseException):
    """The program has been killed: no handler of errors runs."""


class Breaking(extensions.cursor):
    """A cursor that breaks as the latest `broken` says."""

    left: int | None = None
    how: How = "killed"
    was_broken = False

    def execute(self, *arguments: Any, **named: Any) -> None:
        if Breaking.left is not None:
            Breaking.left -= 1
            if Breaking.left < 0:
                self._break()
        super().execute(*arguments, **named)

    def _break(self) -> None:
        Breaking.was_broken = True
        if Breaking.how == "killed":
            raise Killed
        Breaking.left = None
        _end(self.connection.info.backend_pid)


def _end(backend: int) -> None:
    connection = psycopg2.connect(database.obj.database)
    connection.autocommit = True
    with connection.cursor() as cursor:
        cursor.execute(END, (backend,))
    connection.close()


def start_afresh(url: str) -> None:
    """Open new connections, like a program that starts."""
    open_database(url)
    database.obj.connect_params["cursor_factory"] = Breaking


@contextmanager
def broken(how: How, statements: int) -> Iterator[None]:
    """Break once `statements` more statements have run; after a kill, all further ones break, too."""
    Breaking.left, Breaking.how, Breaking.was_broken = statements, how, False
    try:
        yield
    except (Killed, DatabaseUnreachable):
        Breaking.left = None
        start_afresh(database.obj.database)
    finally:
        Breaking.left = None
