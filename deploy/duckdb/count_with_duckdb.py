"""Count songs, and what is played around them, over all listeners, with DuckDB.

    python deploy/duckdb/count_with_duckdb.py FOLDER [--memory 2GB] [--threads 2]

FOLDER is that of `cli.py bulk export`. Writes FOLDER/results, which `cli.py bulk load FOLDER` reads. What does not fit
into memory goes to FOLDER/.spill meanwhile.
"""

import argparse
import shutil
from pathlib import Path

import duckdb

STATEMENTS = Path(__file__).parent
TRACK = "CREATE VIEW track AS SELECT * FROM read_parquet('{}/tracks.parquet')"
PLAY = """
    CREATE VIEW play AS SELECT account_id, epoch_ms(played_at) AS ended_ms, track_id, ms_played
    FROM read_parquet('{}/plays/*/*/*.parquet', hive_partitioning = false)
"""
NO_PLAY = """
    CREATE VIEW play AS SELECT account_id, ended_ms, track_id, ms_played
    FROM (VALUES (0::bigint, 0::bigint, 0::bigint, 0::bigint)) AS none (account_id, ended_ms, track_id, ms_played)
    WHERE false
"""
RESULTS = ("song_count", "co_listening")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, metavar="FOLDER")
    parser.add_argument("--memory", default="2GB", help="that DuckDB may take")
    parser.add_argument("--threads", type=int, default=2)
    chosen = parser.parse_args()
    count(chosen.folder, chosen.memory, chosen.threads)


def count(folder: Path, memory: str, threads: int) -> None:
    spill = folder / ".spill"
    config: dict[str, str | bool | int | float | list[str]] = {
        "memory_limit": memory, "threads": threads, "temp_directory": str(spill), "TimeZone": "UTC",
        "autoinstall_known_extensions": False,
    }  # fmt: skip
    try:
        with duckdb.connect(config=config) as database:
            _prepare(database, folder)
            for name in RESULTS:
                _write(database, folder / "results" / f"{name}.parquet", (STATEMENTS / f"{name}.sql").read_text())
    finally:
        shutil.rmtree(spill, ignore_errors=True)


def _prepare(database: duckdb.DuckDBPyConnection, folder: Path) -> None:
    """The tables that the statements read."""
    quoted = str(folder).replace("'", "''")
    database.execute(TRACK.format(quoted))
    database.execute(PLAY.format(quoted) if any(folder.glob("plays/*/*/*.parquet")) else NO_PLAY)
    database.execute(f"CREATE TABLE song_play AS {(STATEMENTS / 'song_play.sql').read_text()}")


def _write(database: duckdb.DuckDBPyConnection, path: Path, statement: str) -> None:
    """The file appears completely or not at all."""
    path.parent.mkdir(mode=0o700, exist_ok=True)
    new = path.parent / f".{path.name}.new"
    quoted = str(new).replace("'", "''")
    database.execute(f"COPY ({statement}) TO '{quoted}' (FORMAT parquet, COMPRESSION zstd)")
    new.chmod(0o600)
    new.replace(path)


if __name__ == "__main__":
    main()
