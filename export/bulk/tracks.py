"""The file of tracks: which of them are the same song, without any names."""

from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any

from export.bulk.files import replaced
from export.parquet import pyarrow
from recommend.listening.other_listeners import HouseTrack
from recommend.listening.shared_tracks import shared_tracks

FILE = "tracks.parquet"


def write_tracks(folder: Path, account_ids: Sequence[int]) -> int:
    """Write the tracks whose names others may see; returns how many. Needs a transaction."""
    _, parquet = pyarrow()
    schema, count = _schema(), 0
    with replaced(folder / FILE) as new, parquet.ParquetWriter(new, schema, compression="zstd") as writer:
        for batch in shared_tracks(account_ids):
            writer.write_table(_table(batch, schema))
            count += len(batch)
    return count


def _table(batch: Sequence[HouseTrack], schema: Any) -> Any:
    arrow, _ = pyarrow()
    columns = {
        "track_id": [track.id for track in batch],
        "song": [sha256(track.key.encode()).digest()[:16] for track in batch],
        "on_spotify": [track.on_spotify for track in batch],
    }
    return arrow.table(columns, schema)


def _schema() -> Any:
    arrow, _ = pyarrow()
    kinds = {"track_id": arrow.int64(), "song": arrow.binary(16), "on_spotify": arrow.bool_()}
    return arrow.schema([arrow.field(name, kind, nullable=False) for name, kind in kinds.items()])
