"""deploy/duckdb and deploy/spark count from the files what the database and the nightly lists count."""

import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from math import isclose
from pathlib import Path

import pytest

from db.engine.connection import connected, database, rows
from db.house_counts import replace_house_counts
from export.bulk.house import export_house
from export.bulk.results import read_results
from recommend.listening.other_listeners import House
from recommend.listening.stored_other_listeners import house_before
from tests.export.bulk.houses import a_house, forget_counts

pytestmark = pytest.mark.programs

SPARK_PYTHON = os.environ.get("SPARK_PYTHON", "")
# Spark's own choice is 200 parts of everything.
SMALL = "--master local[1] --conf spark.sql.shuffle.partitions=1 --conf spark.ui.enabled=false pyspark-shell"
DEPLOY = Path(__file__).parents[2] / "deploy"
STATEMENTS = {path.stem: path.read_text().replace("%", "%%") for path in (DEPLOY / "duckdb").glob("*.sql")}
# The statements' tables, as PostgreSQL's own.
IN_THE_DATABASE = """
    CREATE TEMPORARY VIEW track AS
    SELECT id AS track_id, artist_name || chr(31) || split_part(name, ' - ', 1) AS song, true AS on_spotify
    FROM public.track WHERE name IS NOT NULL;
    CREATE TEMPORARY VIEW play AS
    SELECT account_id, (extract(epoch FROM played_at) * 1000)::bigint AS ended_ms, track_id, ms_played
    FROM counted_play
"""
Counts = dict[str, dict[tuple[int, ...], list[float]]]
KEYS = {"song_count": 1, "co_listening": 2}
LATER = datetime(2100, 1, 1, tzinfo=UTC)


@pytest.fixture(params=[(7, 30, 120), (25, 6, 30)], ids=["a few listeners", "more meetings than count"])
def folder(database_url: str, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Path]:
    """The exported files of a house with so many listeners, tracks, and plays of each listener."""
    with connected():
        a_house(*request.param)
        export_house(tmp_path / "house")
        yield tmp_path / "house"
        forget_counts()


def with_duckdb(folder: Path) -> None:
    script = DEPLOY / "duckdb" / "count_with_duckdb.py"
    subprocess.run([sys.executable, script, folder, "--memory", "500MB"], check=True, timeout=300)


def loaded(folder: Path) -> Counts:
    replace_house_counts(read_results(folder))
    return {table: _by_key(rows(f"TABLE bulk.{table}"), keys) for table, keys in KEYS.items()}


def counted_by_the_database() -> Counts:
    """The same statements, over the tables themselves."""
    with database.atomic() as transaction:
        database.execute_sql(IN_THE_DATABASE)
        database.execute_sql(f"CREATE TEMPORARY VIEW song_play AS {STATEMENTS['song_play']}")
        counts = {table: _by_key(rows(STATEMENTS[table]), keys) for table, keys in KEYS.items()}
        transaction.rollback()
    return counts


def _by_key(table: list[tuple[float, ...]], keys: int) -> dict[tuple[int, ...], list[float]]:
    return {tuple(map(int, each[:keys])): list(map(float, each[keys:])) for each in table}


def assert_equal(some: Counts, others: Counts) -> None:
    for table, counts in some.items():
        assert counts.keys() == others[table].keys() != set()
        for key, values in counts.items():
            assert all(isclose(*both, rel_tol=1e-9) for both in zip(values, others[table][key], strict=True)), key


def test_duckdb_counts_what_the_database_counts(folder: Path) -> None:
    with_duckdb(folder)
    assert_equal(loaded(folder), counted_by_the_database())


def test_duckdb_counts_what_the_nightly_lists_count(folder: Path) -> None:
    with_duckdb(folder)
    counts, house = loaded(folder), house_before(LATER)
    for number, song in enumerate(house.songs):
        if house.listeners[number] >= 2:
            listeners, _, liking = counts["song_count"].pop((song.id,))
            assert (listeners, round(liking, 9)) == (house.listeners[number], round(house.liking[number], 9))
            near = {key[1]: values[1] for key, values in counts["co_listening"].items() if key[0] == song.id}
            assert near == pytest.approx(near_in_the_lists(house, number, near), abs=1e-8)
    assert counts["song_count"] == {}


def near_in_the_lists(house: House, number: int, loaded_closeness: dict[int, float]) -> dict[int, float]:
    """What a stranger who loves one song gets. The lists also count pairs of one listener, which are not loaded."""
    closeness = house.beside(0, {house.keys[number]: 1.0}).closeness
    by_id = {house.songs[other].id: closeness[other] for other in closeness if other != number}
    assert max((by_id[other] for other in by_id.keys() - loaded_closeness.keys()), default=0) < 2
    return {other: by_id[other] for other in loaded_closeness}


@pytest.mark.programs
@pytest.mark.skipif(not SPARK_PYTHON, reason="SPARK_PYTHON names no Python that has pyspark")
def test_spark_counts_what_the_database_counts(folder: Path) -> None:
    environment = {**os.environ, "PYSPARK_SUBMIT_ARGS": SMALL}
    subprocess.run([SPARK_PYTHON, DEPLOY / "spark" / "count_with_spark.py", folder], check=True, env=environment)
    assert_equal(loaded(folder), counted_by_the_database())
