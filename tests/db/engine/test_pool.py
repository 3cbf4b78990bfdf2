"""The connections of a program: used again while they are good, replaced where they are not."""

import threading
from collections.abc import Iterator

import psycopg2
import pytest

import db.engine.connection
import db.engine.pool
from db.engine.connection import (
    DatabaseUnreachable,
    Prepared,
    close_database,
    connected,
    open_database,
    prepared_rows,
    rows,
)
from db.engine.pool import Connection
from tests.suite.citus import needs_prepared


@pytest.fixture(autouse=True)
def one_connection(database_url: str) -> Iterator[None]:
    open_database(database_url, connections=1)
    yield
    open_database(database_url)


def backend() -> int:
    """Which of the server's processes answers."""
    with connected():
        return int(rows("SELECT pg_backend_pid()")[0][0])


def end(url: str, number: int) -> None:
    """End a connection from outside, and wait until it is gone."""
    outside = psycopg2.connect(url)
    outside.autocommit = True
    with outside.cursor() as asking:
        asking.execute("SELECT pg_terminate_backend(%s, 30000)", (number,))
    outside.close()


def test_a_returned_connection_is_reused() -> None:
    assert backend() == backend()


def test_nested_blocks_share_a_connection() -> None:
    with connected():
        assert rows("SELECT pg_backend_pid()") == [(backend(),)]


def test_a_connection_that_the_server_just_closed_is_replaced(database_url: str) -> None:
    first = backend()
    end(database_url, first)
    assert backend() != first


def test_a_connection_that_was_idle_for_long_is_checked_before_use(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(db.engine.pool, "TRUSTED_SECONDS", 0)
    first = backend()
    assert backend() == first
    end(database_url, first)
    assert backend() != first


def test_an_old_connection_is_replaced(monkeypatch: pytest.MonkeyPatch) -> None:
    first = backend()
    monkeypatch.setattr(db.engine.pool, "STALE_SECONDS", 0)
    assert backend() != first


def test_an_open_transaction_is_rolled_back_before_another_thread_gets_the_connection() -> None:
    first = backend()
    with connected():
        rows("BEGIN; UPDATE quota SET blocked_until = now(); SET LOCAL timezone = 'Asia/Tokyo'; SELECT 1")
    with connected():
        assert rows("SHOW timezone") == [("UTC",)]
    assert backend() == first


def test_a_thread_waits_while_all_connections_are_in_use() -> None:
    answers = list[int]()
    with connected():
        mine = rows("SELECT pg_backend_pid()")[0][0]
        asking = threading.Thread(target=lambda: answers.append(backend()))
        asking.start()
        asking.join(timeout=0.1)
        assert answers == []
    asking.join(timeout=120)
    assert answers == [mine]


def test_a_connection_that_failed_to_open_does_not_count_as_in_use() -> None:
    open_database("postgresql://nobody:hunter2@127.0.0.1:1/none", connections=1)
    for _ in range(3):
        with pytest.raises(DatabaseUnreachable, match="cannot be reached now"), connected():
            pass


def test_closing_the_pool_closes_connections_in_use_too(database_url: str) -> None:
    began, finish, used = threading.Event(), threading.Event(), list[Connection]()

    def use() -> None:
        with connected():
            used.append(db.engine.connection.database.connection())
            began.set()
            finish.wait(timeout=120)

    using = threading.Thread(target=use)
    using.start()
    assert began.wait(timeout=120)
    close_database()
    assert [connection.closed for connection in used] == [1]
    finish.set()
    using.join(timeout=120)
    assert backend() > 0  # and its place is free again


TWICE = Prepared("twice", "SELECT 2 * %s::int")
STATEMENTS = "SELECT name, generic_plans, custom_plans FROM pg_prepared_statements"


@needs_prepared
def test_a_prepared_query_is_planned_once_for_all_values() -> None:
    with connected():
        assert [prepared_rows(TWICE, number) for number in (1, 2, 3)] == [[(2,)], [(4,)], [(6,)]]
        assert rows(STATEMENTS) == [("twice", 3, 0)]


@needs_prepared
def test_a_prepared_query_is_planned_again_after_some_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(db.engine.connection, "PLANNED_SECONDS", 0)
    with connected():
        assert [prepared_rows(TWICE, number) for number in (1, 2)] == [[(2,)], [(4,)]]
        assert rows(STATEMENTS) == [("twice", 1, 0)]


def test_every_connection_prepares_the_query_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(db.engine.pool, "STALE_SECONDS", 0)
    for number in (1, 2):
        with connected():
            assert prepared_rows(TWICE, number) == [(2 * number,)]
