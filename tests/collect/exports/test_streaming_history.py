"""Importing exports: every row accounted for, every play once, nothing half done."""

import json
import zipfile
from pathlib import Path
from typing import Any

import pytest

from collect.exports.archives import UnreadableExport
from collect.exports.reading_files import FATES
from collect.exports.streaming_history import ImportReport, import_history, undo_import
from db.engine.connection import connected, row, rows
from db.people.accounts import ensure_accounts
from people.accounts import account_named
from tests.collect.histories import Silent

Row = dict[str, Any]


@pytest.fixture
def alice(database_url: str) -> int:
    with connected():
        ensure_accounts(["alice"], "Europe/Berlin")
        return account_named("alice").id


SUMMED_PLAYS = """
    SELECT sum(track_in_period.plays)::int FROM track_in_period JOIN summed_period ON summed_period.id = period_id
    WHERE track_in_period.account_id = %s AND current
"""


def track(second: int, name: str = "Glass Harbour", **other: object) -> Row:
    return {
        "ts": f"2023-05-01T12:{second // 60:02}:{second % 60:02}Z",
        "ms_played": 40_000,
        "master_metadata_track_name": name,
        "master_metadata_album_artist_name": "The Lanterns",
        "master_metadata_album_album_name": "Tidewater",
        "spotify_track_uri": f"spotify:track:{name.replace(' ', '').ljust(22, '0')[:22]}",
        **other,
    }


def write(folder: Path, name: str, content: object) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / name
    path.write_text(json.dumps(content), encoding="utf-8")
    return path


def take_in(account_id: int, *paths: Path) -> ImportReport:
    return import_history(account_id, paths, Silent())


def fates(report: ImportReport) -> dict[str, int]:
    """Fates that occurred, having checked that they add up to the rows, in all and file by file."""
    assert sum(report.fates.values()) == report.rows == sum(file.rows for file in report.files)
    assert all(sum(file.fates.values()) == file.rows and tuple(file.fates) == FATES for file in report.files)
    return {fate: count for fate, count in report.fates.items() if count}


def plays() -> list[tuple[Any, ...]]:
    with connected():
        return rows(
            "SELECT to_char(played_at, 'MI:SS'), track.name, ms_played FROM counted_play "
            "JOIN account_track track USING (account_id, track_id) ORDER BY played_at, name, ms_played"
        )


def test_an_export_is_stored_with_its_music(alice: int, tmp_path: Path) -> None:
    report = take_in(alice, write(tmp_path, "Streaming_History_Audio_2023_0.json", [track(1), track(2, "Low Tide")]))
    assert fates(report) == {"new": 2}
    assert plays() == [("00:01", "Glass Harbour", 40_000), ("00:02", "Low Tide", 40_000)]
    with connected():
        assert rows(
            "SELECT track.name, artist.name, album.name FROM account_track track "
            "JOIN artist ON artist.id = track.artist_id JOIN album ON album.id = album_id ORDER BY 1"
        ) == [("Glass Harbour", "The Lanterns", "Tidewater"), ("Low Tide", "The Lanterns", "Tidewater")]


def test_when_a_track_was_loaded_is_its_start_unless_that_is_after_its_end(alice: int, tmp_path: Path) -> None:
    stamps = [track(1, offline_timestamp=1682942399), track(2, offline_timestamp=1782942399000)]
    take_in(alice, write(tmp_path, "endsong_0.json", stamps))
    with connected():
        assert rows("SELECT to_char(started_at, 'YYYY-MM-DD HH24:MI:SS') FROM play ORDER BY played_at") == [
            ("2023-05-01 11:59:59",),
            (None,),
        ]


def test_a_second_import_adds_nothing(alice: int, tmp_path: Path) -> None:
    path = write(tmp_path, "Streaming_History_Audio_2023_0.json", [track(1), track(1), track(2)])
    assert fates(take_in(alice, path)) == {"new": 2, "identical": 1}
    assert fates(take_in(alice, path)) == {"identical": 3}
    assert len(plays()) == 2


def test_real_repeats_stay_and_identical_rows_count_once(alice: int, tmp_path: Path) -> None:
    looped = [track(1), track(1, reason_end="endplay"), track(1, ms_played=39_000), track(1, "Low Tide"), track(1)]
    report = take_in(alice, write(tmp_path, "Streaming_History_Audio_2023_0.json", looped))
    assert fates(report) == {"new": 4, "identical": 1}
    assert plays() == [
        ("00:01", "Glass Harbour", 39_000),
        ("00:01", "Glass Harbour", 40_000),
        ("00:01", "Glass Harbour", 40_000),
        ("00:01", "Low Tide", 40_000),
    ]


def test_exports_that_overlap_hold_each_play_as_often_as_the_one_that_has_it_most(alice: int, tmp_path: Path) -> None:
    first = write(tmp_path / "first", "endsong_0.json", [track(1), track(2), track(3, reason_end="fwdbtn")])
    newer = [track(2, incognito_mode=False), track(3), track(3, reason_end="fwdbtn"), track(4)]
    second = write(tmp_path / "second", "Streaming_History_Audio_2023_0.json", newer)
    assert fates(take_in(alice, first.parent)) == {"new": 3}
    assert fates(take_in(alice, second.parent)) == {"new": 2, "better": 1, "identical": 1}
    assert [at for at, _, _ in plays()] == ["00:01", "00:02", "00:03", "00:03", "00:04"]


def test_two_exports_of_one_import_are_kept_apart(alice: int, tmp_path: Path) -> None:
    first = write(tmp_path / "first", "endsong_0.json", [track(1), track(2)])
    second = write(tmp_path / "second", "endsong_0.json", [track(2, skipped=False), track(3)])
    assert fates(take_in(alice, first.parent, second.parent)) == {"new": 3, "superseded": 1}


def test_every_row_of_a_mixed_export_gets_a_fate(alice: int, tmp_path: Path) -> None:
    mixed = [
        track(1),
        {"ts": "2023-05-01T13:00:00Z", "ms_played": 9, "episode_name": "Tides", "episode_show_name": "Sea Talk"},
        {"ts": "2023-05-01T13:00:00Z", "ms_played": 9},
        track(2, ms_played=-5),
        "not a row",
    ]
    report = take_in(alice, write(tmp_path, "Streaming_History_Audio_2023_0.json", mixed))
    assert fates(report) == {"new": 1, "not_music": 1, "too_little": 1, "malformed": 2}
    assert report.problems == (
        "Streaming_History_Audio_2023_0.json, row 3: neither a URI nor names",
        "Streaming_History_Audio_2023_0.json, row 4: `ms_played` is not a number of milliseconds from 0 to 2147483647",
        "Streaming_History_Audio_2023_0.json, row 5: not a JSON object",
    )
    with connected():
        assert rows("SELECT name, show_name, kind FROM episode JOIN play ON episode_id = episode.id") == [
            ("Tides", "Sea Talk", "episode")
        ]


def test_a_zip_is_read_as_spotify_makes_it(alice: int, tmp_path: Path) -> None:
    path = tmp_path / "my_spotify_data.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("Spotify Extended Streaming History/", "")
        archive.writestr(
            "Spotify Extended Streaming History/Streaming_History_Audio_2023_0.json", json.dumps([track(1)])
        )
        archive.writestr("Spotify Extended Streaming History/Streaming_History_Video_2023.json", json.dumps([track(2)]))
        archive.writestr("Spotify Extended Streaming History/ReadMeFirst_ExtendedStreamingHistory.pdf", "%PDF")
        archive.writestr("Spotify Account Data/Identity.json", "this is nobody's business and not even JSON")
    report = take_in(alice, path)
    assert fates(report) == {"new": 2}
    assert [file.name for file in report.files] == [
        "Spotify Extended Streaming History/Streaming_History_Audio_2023_0.json",
        "Spotify Extended Streaming History/Streaming_History_Video_2023.json",
    ]


def test_account_data_is_stored_by_names(alice: int, tmp_path: Path) -> None:
    music = [{"endTime": "2023-05-01 12:00", "artistName": "The Lanterns", "trackName": "Low Tide", "msPlayed": 40_000}]
    talk = [{"endTime": "2023-05-01 12:01", "podcastName": "Sea Talk", "episodeName": "Tides", "msPlayed": 9}]
    write(tmp_path, "StreamingHistory_music_0.json", music)
    write(tmp_path, "StreamingHistory_podcast_0.json", talk)
    assert fates(take_in(alice, tmp_path)) == {"new": 1, "not_music": 1}
    assert fates(take_in(alice, tmp_path)) == {"identical": 1, "not_music": 1}
    assert plays() == [("00:00", "Low Tide", 40_000)]


def test_a_byte_order_mark_does_no_harm(alice: int, tmp_path: Path) -> None:
    path = tmp_path / "endsong_0.json"
    path.write_text(json.dumps([track(1)]), encoding="utf-8-sig")
    assert fates(take_in(alice, path)) == {"new": 1}


@pytest.mark.parametrize(
    "content", ['[{"ts": "2023-05-01T12:00:00Z", "ms_pl', "", "{}", "[1, 2"], ids=["cut", "empty", "object", "open"]
)
def test_a_damaged_file_imports_nothing_and_says_which(alice: int, tmp_path: Path, content: str) -> None:
    good = write(tmp_path, "endsong_0.json", [track(1)])
    bad = tmp_path / "endsong_1.json"
    bad.write_text(content)
    with pytest.raises(UnreadableExport, match=r"endsong_1\.json is damaged or not JSON, after row") as refusal:
        take_in(alice, good, bad)
    assert "Nothing was imported" in str(refusal.value)
    assert plays() == []
    with connected():
        assert row("SELECT (SELECT count(*) FROM import), (SELECT count(*) FROM track)") == (0, 0)


@pytest.mark.parametrize("make", ["missing.zip", "empty/", "notes.json"])
def test_paths_without_history_are_refused(alice: int, tmp_path: Path, make: str) -> None:
    path = tmp_path / make
    if make.endswith("/"):
        path.mkdir()
    elif make == "notes.json":
        path = write(tmp_path / "folder", make, []).parent
    with pytest.raises(UnreadableExport, match=r"does not exist|Nothing to import"):
        take_in(alice, path)


def test_a_truncated_zip_is_refused(alice: int, tmp_path: Path) -> None:
    whole = tmp_path / "whole.zip"
    with zipfile.ZipFile(whole, "w") as archive:
        archive.writestr("MyData/endsong_0.json", json.dumps([track(second) for second in range(50)]))
    cut = tmp_path / "cut.zip"
    cut.write_bytes(whole.read_bytes()[:-200])
    with pytest.raises(UnreadableExport, match=r"cut\.zip is not a complete zip: download it again\."):
        take_in(alice, cut)


def test_two_accounts_share_music_and_no_plays(alice: int, tmp_path: Path) -> None:
    path = write(tmp_path, "endsong_0.json", [track(1), track(2)])
    with connected():
        ensure_accounts(["bob"], "UTC")
        bob = account_named("bob").id
    assert fates(take_in(alice, path)) == {"new": 2}
    assert fates(take_in(bob, path)) == {"new": 2}
    with connected():
        assert row("SELECT count(*) FROM track") == (1,)
        assert rows("SELECT account_id, count(*) FROM play GROUP BY 1 ORDER BY 1") == [(alice, 2), (bob, 2)]


def test_an_import_changes_the_version_of_the_accounts_answers(alice: int, tmp_path: Path) -> None:
    def version() -> int:
        with connected():
            stored = row("SELECT data_version FROM account_version WHERE account_id = %s", alice)
        return int(stored[0]) if stored else 0

    before = version()
    take_in(alice, write(tmp_path, "endsong_0.json", [track(1)]))
    assert version() > before


def test_years_are_summed_at_an_imports_end_and_when_it_is_undone(alice: int, tmp_path: Path) -> None:
    report = take_in(alice, write(tmp_path, "endsong_0.json", [track(1), track(2)]))
    later = write(tmp_path, "endsong_1.json", [track(3)])
    second = take_in(alice, later)
    with connected():
        assert rows(SUMMED_PLAYS, alice) == [(3,)]
    undo_import(second.import_id)
    with connected():
        assert rows(SUMMED_PLAYS, alice) == [(2,)]
    undo_import(report.import_id)
    with connected():
        assert rows(SUMMED_PLAYS, alice) == [(None,)]
