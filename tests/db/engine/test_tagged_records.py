"""Rows of several kinds from one statement: each becomes a record of its own kind."""

import msgspec
import pytest

from db.engine.connection import connected
from db.engine.records import ColumnMismatch
from db.engine.tagged_records import tagged_records


class Song(msgspec.Struct, frozen=True, tag="song"):
    title: str
    plays: int


class Band(msgspec.Struct, frozen=True, tag="band"):
    plays: int
    members: int


BOTH = """
    SELECT 'band' AS kind, 7 AS plays, NULL AS title, 4 AS members
    UNION ALL SELECT 'song', 3, 'Nightswim', NULL
    UNION ALL SELECT 'song', 2, %(title)s, NULL
"""


def test_each_row_becomes_a_record_of_its_kind_in_order(database_url: str) -> None:
    with connected():
        songs, bands = tagged_records((Song, Band), BOTH, {"title": "Harbour"})
    assert songs == [Song("Nightswim", 3), Song("Harbour", 2)]
    assert bands == [Band(7, 4)]


def test_a_kind_without_rows_has_an_empty_list(database_url: str) -> None:
    with connected():
        statement = "SELECT 'song' AS kind, 'A' AS title, 1 AS plays, NULL AS members"
        assert tagged_records((Song, Band), statement) == ([Song("A", 1)], [])


@pytest.mark.parametrize(
    "columns",
    [
        "'A' AS title, 1 AS plays, 4 AS members",
        "'song' AS kind, 'A' AS title, 1 AS plays",
        "'song' AS kind, 'A' AS title, 1 AS plays, 4 AS members, 1 AS rank",
        "'song' AS kind, 'A' AS title, 1 AS plays, 4 AS members, 2 AS plays",
    ],
)
@pytest.mark.parametrize("rows", [0, 1])
def test_unknown_missing_and_repeated_columns_are_an_error(database_url: str, columns: str, rows: int) -> None:
    with connected(), pytest.raises(ColumnMismatch, match="are not the members of song, band"):
        tagged_records((Song, Band), f"SELECT {columns} LIMIT {rows}")
