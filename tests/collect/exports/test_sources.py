"""The same play by two sources: what makes it one, what keeps it two, and where each rule ends."""

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from collect.exports.streaming_history import import_history
from collect.recent import store_recent
from db.engine.connection import connected, database, rows
from db.people.accounts import ensure_accounts
from export.spotify_history import SpotifyRows
from insights.plays.every_play import every_play
from music import Artist, Episode, Play, Track
from people.accounts import account_named
from tests.collect.histories import NOON, Heard, Silent, account_row, counted, extended_row

HEARD = Heard(NOON, 0, 180_000)
ID = "spotify:track:" + "R" * 22


@pytest.fixture
def alice(database_url: str) -> int:
    with connected():
        ensure_accounts(["alice"], "UTC")
        return account_named("alice").id


def take_in(account_id: int, folder: Path, name: str, *history_rows: dict[str, Any]) -> dict[str, int]:
    path = folder / name
    path.write_text("\n".join(map(json.dumps, history_rows)) if name.endswith("jsonl") else json.dumps(history_rows))
    return {fate: rows for fate, rows in import_history(account_id, [path], Silent()).fates.items() if rows}


def report(account_id: int, seconds: float, **track: Any) -> None:
    heard = {"name": "Glass Harbour", "artists": (Artist("The Lanterns"),), "uri": ID} | track
    with connected():
        play = Play(NOON + timedelta(seconds=seconds), Track(**heard))
        store_recent(account_id, [play], page_is_full=False)


@pytest.mark.parametrize(("seconds", "plays"), [(0, 1), (-90, 1), (90, 1), (90.001, 2), (-90.001, 2)])
def test_two_sources_may_be_ninety_seconds_apart(alice: int, tmp_path: Path, seconds: float, plays: int) -> None:
    report(alice, seconds)
    take_in(alice, tmp_path, "endsong_0.json", extended_row(HEARD, old=False))
    assert len(counted(alice)) == plays


@pytest.mark.parametrize(
    ("track", "plays"),
    [
        ({}, 1),
        ({"name": "GLASS HARBOUR", "artists": (Artist("the lanterns"),)}, 1),
        ({"artists": (Artist("A Guest"), Artist("The Lanterns"))}, 1),
        ({"name": "Glass Harbour - Live"}, 2),
        ({"artists": (Artist("Somebody Else"),)}, 2),
        ({"name": "Glas Haven", "uri": f"spotify:track:{'T'}{0:021}"}, 1),
    ],
    ids=["relinked", "letters", "featured", "another version", "another artist", "same id"],
)
def test_reports_are_of_one_play_by_id_or_by_title_and_artist(
    alice: int, tmp_path: Path, track: dict[str, Any], plays: int
) -> None:
    take_in(alice, tmp_path, "endsong_0.json", extended_row(HEARD, old=False))
    report(alice, 1, **track)
    assert len(counted(alice)) == plays


def test_the_same_isrc_is_the_same_recording(alice: int, tmp_path: Path) -> None:
    uri_of_the_export = f"spotify:track:{'T'}{0:021}"
    report(alice, 3_600, uri=uri_of_the_export, isrc="GBAYE0601498")
    take_in(alice, tmp_path, "endsong_0.json", extended_row(HEARD, old=False))
    report(alice, 1, name="Another Name", isrc="GBAYE0601498")
    assert len(counted(alice)) == 2, "one at noon, one an hour later"


def test_account_data_matches_an_extended_row_by_minute_names_and_milliseconds(alice: int, tmp_path: Path) -> None:
    row = account_row(HEARD)
    others = [{**row, "endTime": "2024-03-01 12:01"}, {**row, "msPlayed": 1}, {**row, "trackName": "Other"}]
    assert take_in(alice, tmp_path, "StreamingHistory_music_0.json", row, *others) == {"new": 4}
    assert take_in(alice, tmp_path, "endsong_0.json", extended_row(HEARD, old=False)) == {"better": 1}
    assert len(counted(alice)) == 4


def test_account_data_gives_way_to_what_spotify_showed_within_its_minute(alice: int, tmp_path: Path) -> None:
    """Recently-played knows the id and the second; account data knows for how long, and stays as a report."""
    report(alice, 59 + 90)
    assert take_in(alice, tmp_path, "StreamingHistory_music_0.json", account_row(HEARD)) == {"superseded": 1}
    assert [source for source, *_ in counted(alice)] == ["recent"]


@pytest.mark.parametrize("seconds", [0, -180], ids=["its end", "its beginning"])
def test_a_listen_is_matched_by_its_beginning_or_its_end(alice: int, tmp_path: Path, seconds: int) -> None:
    """ListenBrainz means the beginning; what it collects from Spotify has the end."""
    listen = {
        "listened_at": int((NOON + timedelta(seconds=seconds)).timestamp()),
        "track_metadata": {
            "artist_name": "The Lanterns", "track_name": "Glass Harbour", "additional_info": {"duration_ms": 180_000},
        },
    }  # fmt: skip
    assert take_in(alice, tmp_path, "listens.jsonl", listen) == {"new": 1}
    assert take_in(alice, tmp_path, "endsong_0.json", extended_row(HEARD, old=False)) == {"better": 1}
    assert len(counted(alice)) == 1


def test_podcasts_of_both_exports_are_one(alice: int, tmp_path: Path) -> None:
    names = {"episode_name": "Tides", "episode_show_name": "Sea Talk"}
    extended = {"ts": "2024-03-01T12:00:30Z", "ms_played": 9_000, "spotify_episode_uri": "spotify:episode:" + "e" * 22}
    account = {"endTime": "2024-03-01 12:00", "podcastName": "Sea Talk", "episodeName": "Tides", "msPlayed": 9_000}
    assert take_in(alice, tmp_path, "StreamingHistory_podcast_0.json", account) == {"not_music": 1}
    assert take_in(alice, tmp_path, "endsong_0.json", {**extended, **names}) == {"not_music": 1}
    with connected():
        assert rows("SELECT source FROM counted_play") == [("extended",)]


SPOKEN = {"episode_name": "Tides", "episode_show_name": "Sea Talk"}
OTHER_ID = "spotify:episode:" + "f" * 22


@pytest.mark.parametrize("first", ["recent", "export"])
@pytest.mark.parametrize(
    ("row", "plays"),
    [
        ({"spotify_episode_uri": "spotify:episode:" + "e" * 22}, 1),
        ({**SPOKEN, "spotify_episode_uri": OTHER_ID}, 1),
        ({**SPOKEN, "spotify_episode_uri": OTHER_ID, "episode_name": "Another"}, 2),
        ({"spotify_track_uri": "spotify:episode:" + "e" * 22, "master_metadata_track_name": "Tides"}, 1),
    ],
    ids=["its id", "its names", "another", "dressed as a track"],
)
def test_an_episode_that_spotify_showed_is_the_one_of_the_export(
    alice: int, tmp_path: Path, row: dict[str, Any], plays: int, first: str
) -> None:
    collected_play = Play(
        NOON + timedelta(seconds=1.1), Episode("episode", "spotify:episode:" + "e" * 22, "Tides", "Sea Talk")
    )

    def show() -> None:
        with connected():
            store_recent(alice, [collected_play], page_is_full=False)

    if first == "recent":
        show()
    row = {"ts": f"{NOON:%Y-%m-%dT%H:%M:%SZ}", "ms_played": 9_000, **row}
    assert take_in(alice, tmp_path, "endsong_0.json", row) == {"not_music": 1}
    if first == "export":
        show()
    with connected():
        assert len(rows("SELECT id FROM counted_play WHERE episode_id IS NOT NULL")) == plays
        assert rows("SELECT id FROM counted_play WHERE track_id IS NOT NULL") == []


def test_importing_a_collected_episode_from_our_own_export_adds_no_play(alice: int, tmp_path: Path) -> None:
    """Its report has the same digest in the export, so it is known and stays the collector's."""
    with connected():
        collected_play = Play(
            NOON + timedelta(milliseconds=123), Episode("episode", "spotify:episode:1", "Tides", "Sea Talk")
        )
        store_recent(alice, [collected_play], page_is_full=False)
        with database.atomic():
            (own,) = [SpotifyRows(alice).rows(batch) for batch in every_play(alice)]
    assert take_in(alice, tmp_path, "Streaming_History_Audio_2024.json", *own) == {"not_music": 1}
    with connected():
        assert rows("SELECT source, collected FROM play") == [("recent", True)]


def test_a_track_without_a_name_gets_the_name_in_an_export(alice: int, tmp_path: Path) -> None:
    report(alice, 0, uri=f"spotify:track:{'T'}{0:021}", name=None, artists=())
    take_in(alice, tmp_path, "endsong_0.json", extended_row(HEARD, old=False))
    with connected():
        assert rows("SELECT source, name, artist_name FROM counted_play JOIN account_track USING (track_id)") == [
            ("extended", "Glass Harbour", "The Lanterns")
        ]


def test_white_space_around_a_name_makes_no_other_play(alice: int, tmp_path: Path) -> None:
    padded = {**account_row(HEARD), "trackName": " Glass Harbour\u00a0", "artistName": "The Lanterns "}
    take_in(alice, tmp_path, "StreamingHistory_music_0.json", padded)
    take_in(alice, tmp_path, "endsong_0.json", extended_row(HEARD, old=False))
    assert len(counted(alice)) == 1


def test_a_track_is_called_what_its_newest_row_calls_it_in_whatever_order_exports_come(
    database_url: str, tmp_path: Path
) -> None:
    older = {**extended_row(HEARD, old=True), "master_metadata_track_name": "Glas Harbor"}
    newer = {**extended_row(HEARD, old=False), "ts": "2025-03-01T12:00:00Z"}
    with connected():
        ensure_accounts(["first", "second"], "UTC")
    for username, order in (("first", (older, newer)), ("second", (newer, older))):
        with connected():
            account_id = account_named(username).id
        for row in order:
            take_in(account_id, tmp_path, "endsong_0.json", row)
        assert {name for _, _, name, _ in counted(account_id)} == {"Glass Harbour"}
