"""A process that is killed between any two of its statements."""

import os
import signal
from collections.abc import Callable
from contextlib import closing

import psycopg2
from psycopg2 import extensions

from db.engine.connection import database, open_database
from tests.suite.waiting import until

_connections_of_the_parent: list[object] = []


class Countdown(extensions.cursor):
    """Ends the process with SIGKILL before its n-th statement."""

    left = 0

    def execute(self, query, vars=None):  # type: ignore[no-untyped-def] # noqa: A002 - psycopg2's own names
        if not Countdown.left:
            os.kill(os.getpid(), signal.SIGKILL)
        Countdown.left -= 1
        return super().execute(query, vars)


def is_killed(work: Callable[[], object], url: str, statements: int) -> bool:
    """Run `work` in a child process that is killed before its n-th statement; False if the work ended earlier."""
    child = os.fork()
    if child:
        _, status = os.waitpid(child, 0)
        assert status in {0, signal.SIGKILL}
        _wait_for_sessions(url, _name(child))
        return status == signal.SIGKILL
    try:
        _connections_of_the_parent.append(database.obj)  # closing them in the child would end them in the parent too
        database.obj = None
        open_database(url)
        database.obj.connect_params["application_name"] = _name(os.getpid())
        Countdown.left = statements
        database.obj.connect_params["cursor_factory"] = Countdown
        work()
    finally:
        os._exit(0)


def _name(process: int) -> str:
    return f"killed {process}"


def _wait_for_sessions(url: str, name: str) -> None:
    """Under load, PostgreSQL notices only later that a client has died. Until then, its sessions keep their locks, and
    whoever finds a lock taken leaves the work to its owner.
    """
    with closing(psycopg2.connect(url)) as connection:
        connection.autocommit = True
        with connection.cursor() as cursor:
            until(lambda: _are_gone(cursor, name))


def _are_gone(cursor: extensions.cursor, name: str) -> bool:
    cursor.execute("SELECT count(*) FROM pg_stat_activity WHERE application_name = %s", (name,))
    return cursor.fetchone() == (0,)
