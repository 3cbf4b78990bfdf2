"""An export in Parquet: every play with its columns, in a folder for each year."""

import sys
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from db.engine.connection import connected
from db.engine.streaming import snapshot
from export import parquet
from export.parquet import write_parquet
from export.target import ExportRefused
from insights.plays.every_play import every_play
from tests.terminal.test_export import run
from tests.web import seed


@pytest.fixture
def alice(database_url: str) -> int:
    """Four plays, one of them a second after another year has begun in Berlin, but not in UTC."""
    account = seed.account()
    track = seed.known_track()
    seed.plays(account, track, ["2023-05-01 12:00Z", "2023-12-31 23:00:01Z", "2024-02-29 08:00Z"])
    episode = seed.insert("episode", kind="episode", uri="spotify:episode:1", name="On boats", show_name="Afloat")
    seed.insert(
        "play", account_id=account, played_at="2025-05-01 14:00:00.123+00", episode_id=episode, ms_played=7,
        source="extended", digest=1, shuffle=True,
    )  # fmt: skip
    return account


def written(account: int, folder: Path) -> None:
    with connected(), snapshot():
        write_parquet(folder, every_play(account))


def rows(folder: Path) -> list[dict[str, Any]]:
    return list(pq.read_table(folder).to_pylist())


def test_each_year_is_a_folder_of_its_plays(alice: int, tmp_path: Path) -> None:
    written(alice, tmp_path)
    assert {
        str(file.relative_to(tmp_path)): pq.ParquetFile(file).metadata.num_rows for file in tmp_path.rglob("*.parquet")
    } == {"year=2023/plays.parquet": 2, "year=2024/plays.parquet": 1, "year=2025/plays.parquet": 1}


def test_a_row_has_everything_that_is_known(alice: int, tmp_path: Path) -> None:
    written(alice, tmp_path)
    first, *_, last = sorted(rows(tmp_path), key=lambda row: str(row["played_at"]))
    assert (first["played_at"].isoformat(), first["year"]) == ("2023-05-01T12:00:00+00:00", 2023)
    assert (first["name"], first["artist_or_show"], first["album"]) == ("Paper Boats", "The Lanterns", "Harbour")
    assert (last["kind"], last["name"], last["artist_or_show"]) == ("episode", "On boats", "Afloat")
    assert (last["played_at"].isoformat(), last["ms_played"]) == ("2025-05-01T14:00:00.123000+00:00", 7)
    assert (last["shuffle"], last["skipped"], last["album"]) == (True, None, None)


def test_no_more_than_a_row_group_is_held_in_memory(
    alice: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(parquet, "ROWS", 1)
    written(alice, tmp_path)
    file = pq.ParquetFile(tmp_path / "year=2023" / "plays.parquet")
    assert [file.metadata.row_group(each).num_rows for each in range(file.num_row_groups)] == [1, 1]


def test_the_command_writes_a_folder(alice: int, tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "plays"
    assert run("--user", "alice", "--format", "parquet", "--output", str(folder)) == 0
    assert (len(rows(folder)), folder.stat().st_mode & 0o777) == (4, 0o700)
    assert [each.name for each in tmp_path.iterdir()] == ["plays"]
    assert capfd.readouterr().err.splitlines()[0] == f"Wrote {folder}"


def test_nothing_is_left_behind_by_an_export_that_fails(
    alice: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(parquet, "_schema", lambda _: pa.schema([pa.field("kind", pa.int64())]))
    with pytest.raises(pa.ArrowInvalid):
        run("--user", "alice", "--format", "parquet", "--output", str(tmp_path / "plays"))
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("format_name", ["spotify", "listenbrainz"])
def test_standard_output_takes_files_only(alice: int, format_name: str, tmp_path: Path) -> None:
    assert run("--user", "alice", "--format", format_name, "--output", str(tmp_path / "file")) == 0
    with pytest.raises(ExportRefused, match="name a folder"):
        run("--user", "alice", "--format", "parquet", "--output", "-")


def test_without_pyarrow_the_command_says_how_to_get_it(
    alice: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow.parquet", None)
    with pytest.raises(ExportRefused, match="needs pyarrow, which is not installed"):
        run("--user", "alice", "--format", "parquet", "--output", str(tmp_path / "plays"))
    assert list(tmp_path.iterdir()) == []
