"""Rows of plays that have not ended yet are set aside, whoever wrote them; the rest of the file is imported."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from collect.exports.rows import future_rows
from collect.exports.streaming_history import ImportReport, import_history
from db.engine.connection import connected, rows
from db.people.accounts import ensure_accounts
from people.accounts import account_named
from tests.collect.histories import Silent

YEAR_2099 = int(datetime(2099, 6, 1, tzinfo=UTC).timestamp())
Row = dict[str, Any]


@pytest.fixture
def alice(database_url: str) -> int:
    with connected():
        ensure_accounts(["alice"], "UTC")
        return account_named("alice").id


def import_rows(account: int, path: Path, content: object) -> ImportReport:
    path.write_text(json.dumps(content))
    return import_history(account, [path], Silent())


def fates(report: ImportReport) -> dict[str, int]:
    return {fate: count for fate, count in report.fates.items() if count}


def extended(at: str, **changes: object) -> Row:
    return {
        "ts": at, "ms_played": 200_000, "spotify_track_uri": None, "master_metadata_track_name": "Tidewater",
        "master_metadata_album_artist_name": "The Lanterns", **changes,
    }  # fmt: skip


def account_data(at: str) -> Row:
    return {"endTime": at, "artistName": "The Lanterns", "trackName": "Tidewater", "msPlayed": 200_000}


def listen(began: int) -> Row:
    return {"listened_at": began, "track_metadata": {"artist_name": "The Lanterns", "track_name": "Tidewater"}}


def lastfm(began: int) -> Row:
    return {"artist": {"#text": "The Lanterns"}, "name": "Tidewater", "album": {"#text": ""},
            "date": {"uts": str(began), "#text": ""}}  # fmt: skip


def maloja(began: int) -> Row:
    return {"time": began, "track": {"artists": ["The Lanterns"], "title": "Tidewater", "length": 200}}


def exact(at: str) -> Row:
    """A row of our own export, which has the exact time beside Spotify's."""
    return extended("2024-03-01T12:00:00Z", insight={"played_at": at})


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("endsong_0.json", [extended("2024-03-01T12:00:00Z"), extended("2099-06-01T00:00:00Z")]),
        ("endsong_0.json", [extended("2024-03-01T12:00:00Z"), extended("9999-12-30T23:59:59+01:00")]),
        ("endsong_0.json", [extended("2024-03-01T12:00:00Z"), extended("9999-12-31T23:59:59Z")]),
        ("endsong_0.json", [extended("2024-03-01T12:00:00Z"), exact("2099-06-01T00:00:00.000Z")]),
        ("StreamingHistory_music_0.json", [account_data("2024-03-01 12:00"), account_data("2099-06-01 00:00")]),
        ("listens.json", [listen(1_700_000_000), listen(YEAR_2099)]),
        ("scrobbles.json", [lastfm(1_700_000_000), lastfm(YEAR_2099)]),
        ("maloja.json", {"maloja": {"export_time": 1}, "scrobbles": [maloja(1_700_000_000), maloja(YEAR_2099)]}),
    ],
)  # fmt: skip
def test_a_row_of_the_future_is_set_aside_and_the_others_are_imported(
    alice: int, tmp_path: Path, name: str, content: object
) -> None:
    report = import_rows(alice, tmp_path / name, content)
    assert fates(report) == {"new": 1, "malformed": 1}
    assert report.problems == (f"{name}, row 2: ended in the future",)
    with connected():
        assert rows("SELECT fate, reason FROM set_aside_row") == [("malformed", "ended in the future")]
        assert rows("SELECT count(*) FROM play WHERE played_at > '2027-01-01'") == [(0,)]


def test_a_play_may_end_up_to_a_day_in_the_future(alice: int, tmp_path: Path) -> None:
    now = datetime.now(UTC)
    near, far = (f"{now + timedelta(hours=hours):%Y-%m-%dT%H:%M:%SZ}" for hours in (23, 25))
    report = import_rows(alice, tmp_path / "endsong_0.json", [extended(near), extended(far)])
    assert fates(report) == {"new": 1, "malformed": 1}


def test_the_same_file_is_read_again_when_its_time_has_come(
    alice: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """This also mends an import during which this machine's clock was wrong."""
    path = tmp_path / "endsong_0.json"
    tomorrow = f"{datetime.now(UTC) + timedelta(hours=40):%Y-%m-%dT%H:%M:%SZ}"
    assert fates(import_rows(alice, path, [extended("2024-03-01T12:00:00Z"), extended(tomorrow)]))["malformed"] == 1
    monkeypatch.setattr("collect.exports.streaming_history.MARGIN", 2 * future_rows.MARGIN)
    assert fates(import_history(alice, [path], Silent())) == {"new": 1, "identical": 1}
