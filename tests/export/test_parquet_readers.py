"""An export in Parquet as DuckDB, pandas and polars read it: the same plays in each."""

from pathlib import Path

import duckdb
import pandas as pd
import polars as pl
import pytest

from tests.export.test_parquet import alice
from tests.terminal.test_export import run

__all__ = ["alice"]
EXPECTED = [(2023, 2, 400_000), (2024, 1, 200_000), (2025, 1, 7)]


@pytest.fixture
def folder(alice: int, tmp_path: Path) -> Path:
    run("--user", "alice", "--format", "parquet", "--output", str(tmp_path / "plays"))
    return tmp_path / "plays"


def test_duckdb_reads_the_export(folder: Path) -> None:
    query = "SELECT year, count(*), sum(ms_played)::bigint FROM read_parquet($1) GROUP BY year ORDER BY year"
    assert duckdb.execute(query, [f"{folder}/*/*.parquet"]).fetchall() == EXPECTED


def test_pandas_reads_the_export(folder: Path) -> None:
    plays = pd.read_parquet(folder)
    sums = plays.groupby(plays["year"].astype(int))["ms_played"].agg(["count", "sum"])
    assert list(sums.itertuples(name=None)) == EXPECTED
    assert str(plays["played_at"].dtype) == "datetime64[ms, UTC]"


def test_polars_reads_the_export(folder: Path) -> None:
    plays = pl.scan_parquet(folder, hive_partitioning=True)
    sums = plays.group_by("year").agg(pl.len(), pl.col("ms_played").sum()).sort("year").collect()
    assert sums.rows() == EXPECTED
