"""The zip of listens that other trackers import: one file per month, by when a play began."""

import io
import zipfile
from datetime import UTC, datetime

import orjson
from msgspec.structs import replace

from export.listenbrainz_zip import write_listens_zip
from insights.plays.every_play import StoredPlay
from tests.export.test_spotify_history import PLAY


def ended(year: int, month: int, day: int, began: datetime | None = None) -> StoredPlay:
    ended_ms = int(datetime(year, month, day, 12, tzinfo=UTC).timestamp() * 1000)
    started_ms = ended_ms - 200_000 if began is None else int(began.timestamp() * 1000)
    return replace(PLAY, ended_ms=ended_ms, started_ms=started_ms)


def written(*plays: StoredPlay) -> dict[str, int]:
    """The number of lines of each file, in order."""
    stream = io.BytesIO()
    assert str(write_listens_zip(stream, [plays], 7, "alice")) == ""
    with zipfile.ZipFile(stream) as archive:
        assert orjson.loads(archive.read("user.json")) == {"user_id": 7, "username": "alice"}
        return {name: len(archive.read(name).splitlines()) for name in archive.namelist()}


def test_each_month_has_a_file_of_its_own() -> None:
    assert written(ended(2023, 11, 2), ended(2023, 11, 9), ended(2023, 12, 1), ended(2024, 2, 3)) == {
        "listens/2023/11.jsonl": 2,
        "listens/2023/12.jsonl": 1,
        "listens/2024/2.jsonl": 1,
        "user.json": 1,
    }


def test_a_listen_belongs_to_the_month_in_which_it_began() -> None:
    late = ended(2024, 2, 1, began=datetime(2024, 1, 31, 23, 59, tzinfo=UTC))
    assert written(ended(2024, 1, 1), ended(2024, 2, 1), late)["listens/2024/1.jsonl"] == 2


def test_a_listen_that_seems_to_have_begun_long_before_is_still_written() -> None:
    odd = ended(2024, 4, 1, began=datetime(2014, 1, 1, tzinfo=UTC))
    months = [ended(2024, month, 2) for month in (1, 2, 3, 4)]
    assert sum(written(*months, odd).values()) == 6


def test_without_listens_there_is_no_file_of_listens() -> None:
    assert written() == {"user.json": 1}
