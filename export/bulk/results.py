"""What the scripts of deploy/duckdb/ and deploy/spark/ compute from the files, read batch by batch."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from db.house_counts import TABLES, Row
from export.parquet import ROWS, pyarrow
from export.target import ExportRefused

RESULTS = "results"  # a folder with a file, or a folder of files, for each table


def read_results(folder: Path) -> Iterator[tuple[str, Sequence[Row]]]:
    """The rows of each table, in batches. Raises ExportRefused."""
    for table in TABLES:
        yield from ((table, batch) for batch in _batches(_path(folder, table), TABLES[table]))


def _path(folder: Path, table: str) -> Path:
    path = folder / RESULTS / f"{table}.parquet"
    if not path.exists():
        raise ExportRefused(f"{path} does not exist: run deploy/duckdb/count_with_duckdb.py, or that of Spark, first.")
    return path


def _batches(path: Path, columns: Sequence[str]) -> Iterator[Sequence[Row]]:
    arrow, parquet = pyarrow()
    try:
        for file in [path] if path.is_file() else sorted(path.glob("*.parquet")):
            for batch in parquet.ParquetFile(file).iter_batches(ROWS, columns=list(columns)):
                yield list(zip(*(batch.column(name).to_pylist() for name in columns), strict=True))
    except (arrow.ArrowInvalid, KeyError) as error:
        raise ExportRefused(f"{path} does not have the columns {', '.join(columns)}: {error}") from error
