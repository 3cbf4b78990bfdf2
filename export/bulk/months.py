"""One file: the plays of a bucket of accounts in one month. Its metadata has a hash of each account's plays."""

import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from export.bulk.files import replaced
from export.parquet import ROWS, pyarrow
from insights.plays.by_month import Play, plays_of_month

CONTENT = b"insight.content"
COLUMNS = ("account_id", "played_at", "track_id", "ms_played")
Content = Mapping[int, int]  # account → the hash of its plays


def written_content(path: Path) -> Content | None:
    """What a file contains; None if it does not exist, is damaged or is not ours."""
    arrow, parquet = pyarrow()
    try:
        metadata = parquet.read_metadata(path).metadata
        return {int(account): content for account, content in json.loads(metadata[CONTENT]).items()}
    except (FileNotFoundError, arrow.ArrowInvalid, KeyError, TypeError, ValueError):
        return None


def write_month(path: Path, content: Content, month: str) -> None:
    """Needs the transaction in which `content` was read. Holds one row group in memory."""
    _, parquet = pyarrow()
    schema = _schema(content)
    with replaced(path) as new, parquet.ParquetWriter(new, schema, compression="zstd") as writer:
        for batch in plays_of_month(sorted(content), month, ROWS):
            writer.write_table(_table(batch, schema))


def _table(batch: Sequence[Play], schema: Any) -> Any:
    arrow, _ = pyarrow()
    columns: Iterable[Sequence[object]] = zip(*batch, strict=True)
    return arrow.table(dict(zip(COLUMNS, columns, strict=True)), schema)


def _schema(content: Content) -> Any:
    arrow, _ = pyarrow()
    fields = [
        arrow.field("account_id", arrow.int64(), nullable=False),
        arrow.field("played_at", arrow.timestamp("ms", "UTC"), nullable=False),
        arrow.field("track_id", arrow.int64(), nullable=False),
        arrow.field("ms_played", arrow.int64()),
    ]
    return arrow.schema(fields, {CONTENT: json.dumps(content)})
