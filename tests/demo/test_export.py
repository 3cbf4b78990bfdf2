"""Simulated exports of plays, as Spotify would send them."""

import json
import zipfile
from collections import Counter
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from demo.catalogue import make_catalogue
from demo.export import write_account_zip, write_extended_zip
from demo.household import household
from demo.listener import Habits, Heard, listen
from tests.suite.random_cases import is_nightly

HABITS = Habits(5, date(2019, 1, 2), "UTC", 25)


@pytest.fixture(scope="module")
def heard() -> list[Heard]:
    return listen(HABITS, make_catalogue(artists=80), datetime(2020, 12, 1, tzinfo=UTC))


def rows_of(path: Path, part: str) -> list[dict[str, Any]]:
    with zipfile.ZipFile(path) as archive:
        names = [name for name in archive.namelist() if part in name and name.endswith(".json")]
        assert names
        return [row for name in names for row in json.loads(archive.read(name))]


def second(play: Heard) -> str:
    return f"{play.ended_at:%Y-%m-%dT%H:%M:%SZ}"


def test_the_extended_history_holds_every_play_and_a_few_rows_twice(heard: list[Heard], tmp_path: Path) -> None:
    write_extended_zip(tmp_path / "a.zip", heard)
    rows = rows_of(tmp_path / "a.zip", "Streaming_History_")
    assert {len(row) for row in rows} == {23}
    exported = Counter((row["ts"], row["ms_played"], row["spotify_track_uri"]) for row in rows)
    plays = Counter((second(play), play.ms_played, play.track.uri if play.track else None) for play in heard)
    extra = exported - plays
    assert plays - exported == Counter()
    assert sum(extra.values()) == len(heard) // 5_000 > 0
    assert [row["ts"] for row in rows] != sorted(row["ts"] for row in rows)
    assert {row["skipped"] for row in rows if row["ts"] < "2020"} == {None}
    assert len(rows_of(tmp_path / "a.zip", "Streaming_History_Video_")) == len(rows) // 400


def test_the_account_data_knows_names_and_minutes_only(heard: list[Heard], tmp_path: Path) -> None:
    write_account_zip(tmp_path / "a.zip", heard)
    rows = rows_of(tmp_path / "a.zip", "StreamingHistory_music_")
    music = [play for play in heard if play.track]
    assert [row["endTime"] for row in rows] == [f"{play.ended_at:%Y-%m-%d %H:%M}" for play in music]
    assert {tuple(row) for row in rows} == {("endTime", "artistName", "trackName", "msPlayed")}
    talk = rows_of(tmp_path / "a.zip", "StreamingHistory_podcast_")
    assert len(talk) == len(heard) - len(music) > 0


@pytest.mark.parametrize("write", [write_extended_zip, write_account_zip])
def test_the_same_plays_give_the_same_bytes(heard: list[Heard], tmp_path: Path, write: Any) -> None:
    write(tmp_path / "a.zip", heard)
    write(tmp_path / "b.zip", heard)
    assert (tmp_path / "a.zip").read_bytes() == (tmp_path / "b.zip").read_bytes()


@pytest.mark.parametrize("number", [0, 1] if is_nightly() else [1])  # the first one has three times as many plays
def test_exports_overlap_with_recently_played(tmp_path: Path, number: int) -> None:
    """As with real exports, so that the demo shows that these plays count once."""
    member, now = household()[number], datetime(2026, 11, 20, 12, tzinfo=UTC)
    member.write_export(tmp_path / "a.zip", now)
    exported = {row["ts"] for row in rows_of(tmp_path / "a.zip", "Streaming")}
    visible = sorted(play.ended_at for play in member.visible(now))[-50:]
    both = [at for at in visible if f"{at:%Y-%m-%dT%H:%M:%SZ}" in exported]
    assert 0 < len(both) < len(visible)
    assert both == visible[: len(both)]
