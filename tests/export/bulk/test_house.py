"""The files of all listeners: who is in them, what a run writes again, and what a killed run leaves behind."""

import stat
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from db.engine.connection import connected, row
from db.people.preferences import change_preference
from export.bulk import months
from export.bulk.files import BUCKETS, file_of, opened
from export.bulk.house import Exported, export_house
from export.target import ExportRefused
from tests import library
from tests.export.bulk.houses import delete, make_house
from tests.web import seed

pytestmark = pytest.mark.programs

MAY, JULY = datetime(2026, 5, 31, 23, 59, 59, 999000, tzinfo=UTC), datetime(2026, 7, 1, tzinfo=UTC)


@pytest.fixture
def house(database_url: str) -> dict[str, int]:
    """Three who agreed, and Mallory who did not: all heard one track in May and another one in July."""
    accounts = make_house(("alice", "bob", "carol")) | {"mallory": seed.account("mallory")}
    tracks = [seed.track(uri=f"spotify:track:{name}", name=name, artist_name="A") for name in ("Low Tide", "Ebb")]
    for account_id in accounts.values():
        for track_id, ended in zip(tracks, (MAY, JULY), strict=True):
            seed.play(account_id, track_id, ended, ms_played=200_000)
    library.refresh()
    return accounts


def exported(folder: Path) -> Exported:
    with connected():
        return export_house(folder)


def plays(folder: Path) -> list[dict[str, Any]]:
    files = sorted(folder.glob("plays/*/*/*.parquet"))
    return [play for file in files for play in pq.ParquetFile(file).read().to_pylist()]


def listeners(folder: Path) -> set[int]:
    return {play["account_id"] for play in plays(folder)}


def content(folder: Path) -> dict[Path, tuple[bytes, int]]:
    return {path: (path.read_bytes(), path.stat().st_mtime_ns) for path in sorted(folder.glob("plays/**/*.parquet"))}


def test_every_play_of_those_who_agreed_is_in_the_file_of_its_bucket_and_month(
    house: dict[str, int], tmp_path: Path
) -> None:
    result = exported(tmp_path / "house")
    assert (result.listeners, result.plays, result.tracks, result.deleted, result.unchanged) == (3, 6, 2, 0, 0)
    agreed = {house[name] for name in ("alice", "bob", "carol")}
    assert listeners(tmp_path / "house") == agreed
    for account_id in agreed:
        mine = [play for play in plays(tmp_path / "house") if play["account_id"] == account_id]
        assert sorted((play["played_at"], play["ms_played"]) for play in mine) == [(MAY, 200_000), (JULY, 200_000)]
    months_written = {path.parent.name for path in content(tmp_path / "house")}
    assert months_written == {"month=2026-05", "month=2026-07"}


def test_no_name_and_nothing_of_others_is_in_the_files(house: dict[str, int], tmp_path: Path) -> None:
    seed.play(house["mallory"], seed.track(uri="spotify:track:mine", name="Mine", artist_name="M"), JULY)
    library.refresh()
    assert exported(tmp_path / "house").tracks == 2
    for path in (tmp_path / "house").rglob("*.parquet"):
        table = pq.ParquetFile(path).read()
        assert not any(pa.types.is_string(field.type) for field in table.schema)


def test_only_their_owner_may_read_the_files(house: dict[str, int], tmp_path: Path) -> None:
    exported(tmp_path / "house")
    modes = {path: stat.S_IMODE(path.stat().st_mode) for path in (tmp_path / "house").rglob("*")}
    assert {mode for path, mode in modes.items() if path.is_dir()} == {0o700}
    assert {mode for path, mode in modes.items() if path.is_file()} == {0o600}
    assert stat.S_IMODE((tmp_path / "house").stat().st_mode) == 0o700


def test_a_second_run_writes_nothing(house: dict[str, int], tmp_path: Path) -> None:
    first = exported(tmp_path / "house")
    before = content(tmp_path / "house")
    second = exported(tmp_path / "house")
    assert (second.written, second.deleted, second.unchanged) == (0, 0, first.written)
    assert content(tmp_path / "house") == before


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE play SET ms_played = 1 WHERE account_id = %(alice)s AND played_at > '2026-06-01' RETURNING id",
        "DELETE FROM play WHERE account_id = %(alice)s AND played_at > '2026-06-01' RETURNING id",
        """UPDATE play SET track_id = (SELECT min(id) FROM track)
           WHERE account_id = %(alice)s AND played_at > '2026-06-01' RETURNING id""",
        """UPDATE play SET played_at = (played_at AT TIME ZONE 'UTC' + interval '1 hour') AT TIME ZONE 'UTC'
           WHERE account_id = %(alice)s AND played_at > '2026-06-01' RETURNING id""",
        """INSERT INTO play (account_id, played_at, track_id, source, digest)
           VALUES (%(alice)s, '2026-07-02', (SELECT min(id) FROM track), 'extended', 7) RETURNING id""",
    ],
)
def test_a_change_writes_the_files_of_its_month_and_no_others(
    house: dict[str, int], tmp_path: Path, change: str
) -> None:
    first = exported(tmp_path / "house")
    with connected():
        assert row(change, **house)
    second = exported(tmp_path / "house")
    assert (second.written + second.deleted, second.unchanged) == (1, first.written - 1)
    exported(tmp_path / "anew")
    assert plays(tmp_path / "house") == plays(tmp_path / "anew")


def test_the_next_run_removes_listeners_who_were_deleted_or_disabled_or_no_longer_agree(
    house: dict[str, int], tmp_path: Path
) -> None:
    exported(tmp_path / "house")
    delete(house["alice"])
    with connected():
        change_preference(house["bob"], house=False)
    exported(tmp_path / "house")
    assert listeners(tmp_path / "house") == {house["carol"]}
    seed.change("UPDATE account SET disabled_at = now() WHERE username = 'carol'")
    result = exported(tmp_path / "house")
    assert (result.listeners, result.plays, result.tracks) == (0, 0, 0)
    assert list((tmp_path / "house").glob("plays/*/*")) == []


def test_a_run_that_fails_leaves_complete_files_and_the_next_one_does_the_rest(
    house: dict[str, int], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    exported(tmp_path / "house")
    before = plays(tmp_path / "house")
    seed.change("UPDATE play SET ms_played = 31000")
    with monkeypatch.context() as patch:
        patch.setattr(months, "_table", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            exported(tmp_path / "house")
    assert plays(tmp_path / "house") == before
    assert list((tmp_path / "house").rglob(".*.new")) == []
    exported(tmp_path / "house")
    assert {play["ms_played"] for play in plays(tmp_path / "house")} == {31_000}


def test_what_a_killed_run_left_is_deleted(house: dict[str, int], tmp_path: Path) -> None:
    exported(tmp_path / "house")
    left = next((tmp_path / "house").glob("plays/*/*/*.parquet")).parent / ".plays.parquet.new"
    left.write_bytes(b"half")
    exported(tmp_path / "house")
    assert not left.exists()


@pytest.mark.parametrize("damaged", [b"", b"PAR1", b"PAR1 and then something that is not Parquet PAR1"])
def test_a_damaged_file_is_written_again(house: dict[str, int], tmp_path: Path, damaged: bytes) -> None:
    exported(tmp_path / "house")
    next((tmp_path / "house").glob("plays/*/*/*.parquet")).write_bytes(damaged)
    assert exported(tmp_path / "house").written == 1
    assert len(plays(tmp_path / "house")) == 6


def test_no_more_than_a_row_group_is_held_in_memory(
    house: dict[str, int], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    track_id = seed.track(name="Flood", artist_name="A")
    for minute in range(4):
        seed.play(house["alice"], track_id, JULY + timedelta(minutes=minute))
    monkeypatch.setattr(months, "ROWS", 2)
    exported(tmp_path / "house")
    groups = [pq.ParquetFile(path) for path in content(tmp_path / "house")]
    assert max(file.metadata.row_group(each).num_rows for file in groups for each in range(file.num_row_groups)) == 2
    assert len(plays(tmp_path / "house")) == 10


def test_a_second_run_at_the_same_time_is_refused(house: dict[str, int], tmp_path: Path) -> None:
    with opened(tmp_path / "house"), pytest.raises(ExportRefused, match="Another program writes"):
        exported(tmp_path / "house")


def test_a_folder_with_other_files_a_file_and_a_missing_parent_are_refused(tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "letter.txt").write_text("mine")
    for folder, message in (
        (tmp_path / "other", "has other files in it"),
        (tmp_path / "other" / "letter.txt", "is not a folder"),
        (tmp_path / "none" / "house", "create it first"),
    ):
        with pytest.raises(ExportRefused, match=message), opened(folder):
            raise AssertionError
    assert [path.name for path in (tmp_path / "other").iterdir()] == ["letter.txt"]


def test_a_month_has_one_file_for_each_bucket_however_many_accounts(database_url: str, tmp_path: Path) -> None:
    accounts = make_house([f"listener{number}" for number in range(2 * BUCKETS)])
    track_id = seed.track(name="Ebb", artist_name="A")
    for account_id in accounts.values():
        seed.play(account_id, track_id, JULY)
    exported(tmp_path / "house")
    files = list((tmp_path / "house").glob("plays/*/*/*.parquet"))
    assert len(files) <= BUCKETS < len(accounts) == len(listeners(tmp_path / "house"))
    assert files[0] in {file_of(tmp_path / "house", bucket, "2026-07") for bucket in range(BUCKETS)}
