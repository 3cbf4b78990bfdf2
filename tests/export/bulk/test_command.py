"""`bulk`: the operator brings the files up to date, and loads what was counted from them."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from db.engine.connection import connected, rows
from tests import library
from tests.doors.programs import SECRET_KEY, run
from tests.export.bulk.houses import forget_counts, make_house
from tests.web import seed

pytestmark = pytest.mark.programs

COUNT = {"track_id": 1, "listeners": 2, "plays": 5, "liking": 1.5}
PAIR = {"track_id": 1, "near_track_id": 2, "listeners": 2, "closeness": 0.25}


@pytest.fixture(autouse=True)
def _forgotten(database_url: str) -> Iterator[None]:
    yield
    forget_counts()


def ask(database_url: str, *words: str) -> tuple[int, str, str]:
    return run("cli.py", "bulk", *words, env={"DATABASE_URL": database_url, "SECRET_KEY": SECRET_KEY})


def put(folder: Path, **tables: list[dict[str, Any]]) -> None:
    (folder / "results").mkdir(exist_ok=True)
    for name, values in tables.items():
        pq.write_table(pa.Table.from_pylist(values), folder / "results" / f"{name}.parquet")


def test_an_export_says_what_it_did(database_url: str, tmp_path: Path) -> None:
    accounts = make_house(("alice", "bob"))
    track_id = seed.track(name="Ebb", artist_name="A")
    for account_id in accounts.values():
        seed.play(account_id, track_id, "2026-06-01 12:00Z")
    library.refresh()
    folder = tmp_path / "house"
    status, out, _ = ask(database_url, "export", str(folder))
    assert status == 0
    assert out.startswith(f"{folder} has 2 plays of 2 listeners and ")
    assert "files written, 0 deleted, 0 unchanged." in out
    assert "0 files written, 0 deleted," in ask(database_url, "export", str(folder))[1]


def test_counts_are_loaded_and_replace_earlier_ones(database_url: str, tmp_path: Path) -> None:
    put(tmp_path, song_count=[COUNT], co_listening=[PAIR])
    assert ask(database_url, "load", str(tmp_path))[:2] == (0, "bulk.song_count: 1 rows\nbulk.co_listening: 1 rows\n")
    put(tmp_path, song_count=[COUNT | {"track_id": 9}], co_listening=[PAIR | {"near_track_id": 9}])
    assert ask(database_url, "load", str(tmp_path))[0] == 0
    with connected():
        assert rows("TABLE bulk.song_count") == [(9, 2, 5, 1.5)]
        assert rows("TABLE bulk.co_listening") == [(1, 9, 2, 0.25)]


@pytest.mark.parametrize(
    ("tables", "message"),
    [
        ({"song_count": [COUNT]}, "co_listening.parquet does not exist: run deploy/duckdb/count_with_duckdb.py"),
        ({"song_count": [COUNT], "co_listening": [COUNT]}, "does not have the columns track_id, near_track_id"),
        ({"song_count": [COUNT | {"listeners": 1}], "co_listening": [PAIR]}, "violates check constraint"),
        ({"song_count": [COUNT, COUNT], "co_listening": [PAIR]}, "duplicate key"),
        ({"song_count": [COUNT | {"plays": "many"}], "co_listening": [PAIR]}, "invalid input syntax"),
    ],
)
def test_other_files_and_rows_about_one_listener_are_refused_and_change_nothing(
    database_url: str, tmp_path: Path, tables: dict[str, list[dict[str, Any]]], message: str
) -> None:
    put(tmp_path, song_count=[COUNT], co_listening=[PAIR])
    assert ask(database_url, "load", str(tmp_path))[0] == 0
    for each in (tmp_path / "results").iterdir():
        each.unlink()
    put(tmp_path, **tables)
    status, out, err = ask(database_url, "load", str(tmp_path))
    assert (status, out) == (1, "")
    assert message in err
    with connected():
        assert rows("SELECT track_id, listeners FROM bulk.song_count") == [(1, 2)]
