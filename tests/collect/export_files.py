"""Exports for tests: rows, and zips written as Spotify writes them."""

import io
import json
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import IO, Any, cast

EXTENDED = "Spotify Extended Streaming History"
ACCOUNT = "Spotify Account Data"


def extended_row(number: int = 0, **changes: object) -> dict[str, Any]:
    """A row of today's extended exports, a different one for each number."""
    return {
        "ts": f"2023-05-01T{number // 3600 % 24:02}:{number // 60 % 60:02}:{number % 60:02}Z",
        "platform": "ios",
        "ms_played": 201000 + number,
        "conn_country": "DE",
        "ip_addr": "192.0.2.7",
        "master_metadata_track_name": f"Glass Harbour, part {number}",
        "master_metadata_album_artist_name": "The Lanterns",
        "master_metadata_album_album_name": "Tidewater",
        "spotify_track_uri": f"spotify:track:{number:022}",
        "reason_start": "trackdone",
        "reason_end": "trackdone",
        "shuffle": True,
        "skipped": False,
        "offline": False,
        "offline_timestamp": 1682944290 + number,
        "incognito_mode": False,
        **changes,
    }


def as_json(*rows: object) -> bytes:
    return json.dumps(rows, ensure_ascii=False).encode()


class Unseekable(io.RawIOBase):
    """A stream that only goes on, so that a zip gets data descriptors as it does on its way through the network."""

    def __init__(self, path: Path) -> None:
        self._file = path.open("wb")

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        return self._file.write(data)

    def close(self) -> None:
        self._file.close()
        super().close()


def spotify_zip(path: Path, members: Mapping[str, bytes]) -> Path:
    """Write a zip as a stream, with each folder as a member that has a body."""
    with Unseekable(path) as stream, zipfile.ZipFile(cast(IO[bytes], stream), "w", zipfile.ZIP_DEFLATED) as archive:
        for folder in sorted({name.rpartition("/")[0] for name in members} - {""}):
            archive.writestr(f"{folder}/", b"  ")
        for name, content in members.items():
            archive.writestr(name, content)
    return path
