"""Rows as typed records: columns find their members by name."""

from datetime import UTC, datetime

import msgspec
import pytest

from db.engine.connection import Prepared, connected
from db.engine.records import ColumnMismatch, prepared_records, record, records
from db.engine.streaming import snapshot, streamed_records


class Listen(msgspec.Struct, frozen=True):
    title: str
    plays: int
    last: datetime | None


NIGHTSWIM = Listen("Nightswim", 3, datetime(2026, 1, 2, tzinfo=UTC))


def test_columns_become_the_members_of_the_same_names(database_url: str) -> None:
    with connected():
        listens = records(Listen, "SELECT %s AS title, 3 AS plays, timestamptz '2026-01-02Z' AS last", ["Nightswim"])
    assert listens == [NIGHTSWIM]


def test_the_order_of_columns_does_not_matter(database_url: str) -> None:
    statement = "SELECT 3 AS plays, timestamptz '2026-01-02Z' AS last, %(title)s AS title"
    with connected():
        assert records(Listen, statement, {"title": "Nightswim"}) == [NIGHTSWIM]


def test_every_row_becomes_a_record_in_order_and_null_becomes_none(database_url: str) -> None:
    statement = "SELECT 'A' || n AS title, n AS plays, NULL::timestamptz AS last FROM generate_series(1, 3) n"
    with connected():
        assert records(Listen, statement) == [Listen("A1", 1, None), Listen("A2", 2, None), Listen("A3", 3, None)]


@pytest.mark.parametrize(
    ("columns", "problem"),
    [
        ("'A' AS title, 3 AS plays", r"missing: last\)"),
        ("'A' AS title, 3 AS plays, NULL AS last, 1 AS rank", r"\(unknown: rank\)"),
        ("'A' AS title, 3 AS count, NULL AS last", "missing: plays; unknown: count"),
        ("'A' AS title, 3 AS plays, NULL AS last, 4 AS plays", "repeated: plays"),
        ("'A' AS title, 3 AS plays, 4 AS plays", "missing: last; repeated: plays"),
    ],
)
@pytest.mark.parametrize("rows", [0, 1])
def test_columns_that_do_not_match_the_members_are_an_error_even_without_rows(
    database_url: str, columns: str, problem: str, rows: int
) -> None:
    with connected(), pytest.raises(ColumnMismatch, match=f"the members of Listen.*{problem}.*name the columns with"):
        records(Listen, f"SELECT {columns} LIMIT {rows}")


def test_a_single_record_is_the_row_or_none(database_url: str) -> None:
    statement = "SELECT 'A' AS title, 1 AS plays, NULL::timestamptz AS last WHERE %s"
    with connected():
        assert record(Listen, statement, [True]) == Listen("A", 1, None)
        assert record(Listen, statement, [False]) is None


def test_a_single_record_of_several_rows_is_an_error(database_url: str) -> None:
    statement = "SELECT 'A' AS title, n AS plays, NULL::timestamptz AS last FROM generate_series(1, 2) n"
    with connected(), pytest.raises(ValueError, match="expected at most one Listen, got 2"):
        record(Listen, statement)


def test_a_prepared_query_gives_records_too(database_url: str) -> None:
    query = Prepared("listen", "SELECT %s::int AS plays, NULL::timestamptz AS last, 'A' AS title")
    with connected():
        assert [prepared_records(Listen, query, [plays]) for plays in (1, 2)] == [
            [Listen("A", 1, None)],
            [Listen("A", 2, None)],
        ]


def test_a_long_answer_gives_batches_of_records(database_url: str) -> None:
    statement = "SELECT 'A' AS title, n AS plays, NULL::timestamptz AS last FROM generate_series(1, %s) n"
    with connected(), snapshot():
        listens = list(streamed_records(Listen, statement, [3], batch=2))
    assert listens == [[Listen("A", 1, None), Listen("A", 2, None)], [Listen("A", 3, None)]]
