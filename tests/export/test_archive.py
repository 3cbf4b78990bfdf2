"""The zip: its files, their names and sizes, and that it can be written to a pipe."""

import io
import json
import zipfile
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from export.archive import FILE_BYTES, write_archive
from export.spotify_history import spotify_row
from insights.plays.every_play import StoredPlay
from tests.export.test_spotify_history import PLAY, ROW, plays

FOLDER = "Spotify Extended Streaming History"
SIZE = len(orjson.dumps(ROW))


def dated(year: int) -> StoredPlay:
    return replace(PLAY, ended_at=f"{year}-05-01T12:34:56.000Z")


def files(written: bytes) -> dict[str, Any]:
    with zipfile.ZipFile(io.BytesIO(written)) as archive:
        assert archive.testzip() is None
        return {name: json.loads(archive.read(name)) for name in archive.namelist()}


def archived(batches: list[list[StoredPlay]], file_bytes: int = FILE_BYTES) -> bytes:
    written = io.BytesIO()
    write_archive(written, 1, batches, file_bytes=file_bytes)
    return written.getvalue()


def test_a_history_is_named_after_its_years() -> None:
    assert files(archived([[dated(2019)], [dated(2023)]])) == {
        f"{FOLDER}/Streaming_History_Audio_2019-2023_0.json": [
            {**ROW, "ts": "2019-05-01T12:34:56Z"},
            {**ROW, "ts": "2023-05-01T12:34:56Z"},
        ]
    }


@pytest.mark.parametrize(
    ("file_bytes", "lengths"),
    [(3 * SIZE + 4, [3, 2]), (3 * SIZE + 3, [2, 2, 1]), (10, [1, 1, 1, 1, 1])],
    ids=["as much as fits", "one byte less", "less than a row"],
)
def test_a_long_history_is_split_into_files(file_bytes: int, lengths: list[int]) -> None:
    written = files(archived([[dated(2019 + number) for number in range(5)]], file_bytes=file_bytes))
    assert [len(rows) for rows in written.values()] == lengths
    assert [name.rpartition("_")[2] for name in written] == [f"{number}.json" for number in range(len(lengths))]
    assert [row["ts"][:4] for rows in written.values() for row in rows] == ["2019", "2020", "2021", "2022", "2023"]


def test_files_are_about_as_long_as_spotifys() -> None:
    with zipfile.ZipFile(io.BytesIO(archived([[PLAY] * 1000] * 20))) as archive:
        assert [file.file_size for file in archive.infolist()] == [11_999_434, 580_568]


def test_only_its_owner_can_read_what_is_unpacked() -> None:
    with zipfile.ZipFile(io.BytesIO(archived([[PLAY]]))) as archive:
        assert [oct(file.external_attr >> 16) for file in archive.infolist()] == ["0o600"]


class Pipe(io.RawIOBase):
    """Can be written to, but not seeked."""

    def __init__(self) -> None:
        self.taken = b""

    def write(self, data: Any) -> int:
        self.taken += bytes(data)
        return len(data)


def test_the_zip_can_be_written_to_a_pipe() -> None:
    pipe = Pipe()
    write_archive(pipe, 1, [[PLAY], [dated(2024)]])  # type: ignore[arg-type]
    assert files(pipe.taken) == files(archived([[PLAY], [dated(2024)]]))


@given(st.lists(plays(), max_size=12), st.integers(1, 4000))
def test_every_row_is_in_the_zip_once_and_in_order_however_it_is_split(
    heard: list[StoredPlay], file_bytes: int
) -> None:
    written = files(archived([heard], file_bytes=file_bytes))
    assert [row for rows in written.values() for row in rows] == [spotify_row(play) for play in heard]


def test_the_same_plays_give_the_same_bytes() -> None:
    assert archived([[PLAY], [dated(2024)]]) == archived([[PLAY, dated(2024)]])
