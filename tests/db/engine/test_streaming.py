"""Long results in batches, and several queries over one snapshot."""

import peewee
import psycopg2
import pytest

from db.engine.connection import connected, rows
from db.engine.streaming import snapshot, streamed
from tests.web.seed import account, insert


@pytest.mark.parametrize(
    ("count", "batches"),
    [(0, []), (1, [[1]]), (4, [[1, 2], [3, 4]]), (5, [[1, 2], [3, 4], [5]])],
)
def test_a_long_result_arrives_in_batches(database_url: str, count: int, batches: list[list[int]]) -> None:
    with connected(), snapshot():
        result = list(streamed("SELECT n FROM generate_series(1, %s) n", count, batch=2))
    assert [[number for (number,) in batch] for batch in result] == batches


def test_streams_can_follow_each_other_with_other_queries_between_batches(database_url: str) -> None:
    with connected(), snapshot():
        for _ in range(2):
            for batch in streamed("SELECT n FROM generate_series(1, 3) n", batch=2):
                assert rows("SELECT %s", len(batch)) == [(len(batch),)]


def test_a_snapshot_does_not_see_later_changes(database_url: str) -> None:
    with connected(), snapshot():
        assert rows("SELECT count(*) FROM account") == [(0,)]
        _in_another_session(database_url)
        assert rows("SELECT count(*) FROM account") == [(0,)]
        assert list(streamed("SELECT count(*) FROM account")) == [[(0,)]]
    with connected():
        assert rows("SELECT count(*) FROM account") == [(1,)]


def _in_another_session(url: str) -> None:
    with psycopg2.connect(url) as other, other.cursor() as cursor:
        cursor.execute("INSERT INTO account (username) VALUES ('alice')")
    other.close()


def test_a_snapshot_is_read_only(database_url: str) -> None:
    with connected(), pytest.raises(peewee.InternalError, match="read-only transaction"), snapshot():
        insert("account", username="alice")
    account()  # and the connection is as good as before


def test_a_stream_needs_a_transaction(database_url: str) -> None:
    with connected(), pytest.raises(peewee.DatabaseError, match="transaction block"):
        list(streamed("SELECT 1"))
