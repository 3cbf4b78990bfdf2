"""What a question's connection to the database does when something goes wrong."""

import pytest

from db.engine.connection import DatabaseUnreachable, connected, database, open_database, rows
from insights.answers.reading import reading


def test_a_connection_lost_in_the_middle_is_reported(database_url: str) -> None:
    with pytest.raises(DatabaseUnreachable, match="connection to the database was lost; try again"), reading():
        rows("SELECT pg_terminate_backend(pg_backend_pid())")
    with reading():
        assert rows("SELECT 1") == [(1,)]


def test_an_exhausted_pool_is_reported(database_url: str) -> None:
    open_database(database_url, connections=1)
    database.obj.wait_seconds = 0.01
    with connected():
        held = database.obj._state.conn
        database.obj._state.reset()  # as another thread sees it
        with pytest.raises(DatabaseUnreachable, match="Every connection to the database is in use"), reading():
            pass
        database.obj._state.set_connection(held)


def test_a_mistake_in_a_question_is_not_hidden(database_url: str) -> None:
    with pytest.raises(Exception, match="does not exist"), reading():
        rows("SELECT no_such_column")
