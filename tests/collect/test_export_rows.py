"""Rows of real exports, generation by generation, and what cannot be one."""

from typing import Any

import pytest

from collect.export_rows import Malformed, TooLittle, read_row

TRACK = {
    "ts": "2023-05-01T12:34:56Z",
    "platform": "ios",
    "ms_played": 201000,
    "conn_country": "DE",
    "ip_addr": "192.0.2.7",
    "master_metadata_track_name": "Glass Harbour",
    "master_metadata_album_artist_name": "The Lanterns",
    "master_metadata_album_album_name": "Tidewater",
    "spotify_track_uri": "spotify:track:0123456789abcdefghijAB",
    "episode_name": None,
    "episode_show_name": None,
    "spotify_episode_uri": None,
    "audiobook_title": None,
    "audiobook_uri": None,
    "audiobook_chapter_uri": None,
    "audiobook_chapter_title": None,
    "reason_start": "trackdone",
    "reason_end": "fwdbtn",
    "shuffle": True,
    "skipped": False,
    "offline": False,
    "offline_timestamp": 1682944290,
    "incognito_mode": False,
}
OLD_TRACK = {
    "ts": "2016-02-29T23:59:59Z",
    "username": "somebody",
    "platform": "Android OS 4.2.2 API 17 (samsung, GT-I9505)",
    "ms_played": 0,
    "conn_country": "ZZ",
    "ip_addr_decrypted": "192.0.2.8",
    "user_agent_decrypted": "unknown",
    "city": None,
    "region": None,
    "metro_code": None,
    "longitude": None,
    "latitude": None,
    "master_metadata_track_name": "Glass Harbour",
    "master_metadata_album_artist_name": "The Lanterns",
    "master_metadata_album_album_name": None,
    "spotify_track_uri": None,
    "episode_name": None,
    "episode_show_name": None,
    "spotify_episode_uri": None,
    "reason_start": "",
    "reason_end": None,
    "shuffle": None,
    "skipped": 0,
    "offline": 1.0,
    "offline_timestamp": 0,
    "incognito_mode": None,
}


def staged(row: dict[str, Any]) -> dict[str, Any]:
    """What a row becomes, without what stayed unsaid."""
    values = read_row(row)._asdict()
    return {name: value for name, value in values.items() if value is not None and name != "digest"}


def test_a_row_of_today_is_read_whole() -> None:
    assert staged(TRACK) == {
        "source": "extended",
        "played_at": "2023-05-01T12:34:56Z",
        "loaded_ms": 1682944290000,
        "ms_played": 201000,
        "kind": "track",
        "uri": "spotify:track:0123456789abcdefghijAB",
        "name": "Glass Harbour",
        "artist_or_show": "The Lanterns",
        "album": "Tidewater",
        "reason_start": "trackdone",
        "reason_end": "fwdbtn",
        "shuffle": True,
        "skipped": False,
        "offline": False,
        "incognito": False,
        "platform": "ios",
        "country": "DE",
    }


def test_a_row_of_the_first_exports_is_read_by_its_names() -> None:
    assert staged(OLD_TRACK) == {
        "source": "extended",
        "played_at": "2016-02-29T23:59:59Z",
        "ms_played": 0,
        "kind": "track",
        "name": "Glass Harbour",
        "artist_or_show": "The Lanterns",
        "skipped": False,
        "offline": True,
        "platform": "Android OS 4.2.2 API 17 (samsung, GT-I9505)",
        "country": "ZZ",
    }


def test_an_account_data_row_ends_in_utc_to_the_minute() -> None:
    row = {"endTime": "2022-01-31 23:05", "artistName": "The Lanterns", "trackName": "Tidewater", "msPlayed": 1}
    assert staged(row) == {
        "source": "account",
        "played_at": "2022-01-31 23:05:00+00:00",
        "ms_played": 1,
        "kind": "track",
        "name": "Tidewater",
        "artist_or_show": "The Lanterns",
    }


@pytest.mark.parametrize(
    ("row", "kind", "name", "show", "uri"),
    [
        (
            {"spotify_episode_uri": "spotify:episode:1", "episode_name": "Tides", "episode_show_name": "Sea Talk"},
            "episode", "Tides", "Sea Talk", "spotify:episode:1",
        ),
        (
            {
                "audiobook_chapter_uri": "spotify:episode:2",
                "audiobook_chapter_title": "Chapter 1",
                "audiobook_title": "The Lighthouse",
                "audiobook_uri": "spotify:show:3",
            },
            "chapter", "Chapter 1", "The Lighthouse", "spotify:episode:2",
        ),
    ],
    ids=["podcast", "audiobook"],
)  # fmt: skip
def test_what_is_not_music_is_kept_as_what_it_is(
    row: dict[str, Any], kind: str, name: str, show: str, uri: str
) -> None:
    read = read_row({"ts": "2024-01-01T00:00:00Z", "ms_played": 5, **row})
    assert (read.kind, read.name, read.artist_or_show, read.uri) == (kind, name, show, uri)


def test_a_track_with_only_its_uri_is_still_a_play() -> None:
    row = {**TRACK, "master_metadata_track_name": None, "master_metadata_album_artist_name": None}
    assert (read_row(row).kind, read_row(row).uri) == ("track", TRACK["spotify_track_uri"])


@pytest.mark.parametrize(
    ("stamp", "loaded_ms"),
    [
        (1682944290, 1682944290000),
        (1682944290123, 1682944290123),
        (0, None),
        (63, None),
        (None, None),
        ("soon", None),
        (10**19, None),
    ],
    ids=["seconds", "milliseconds", "zero", "tiny", "null", "text", "out of range"],
)
def test_offline_timestamps_come_in_two_units_and_in_none(stamp: object, loaded_ms: int | None) -> None:
    assert read_row({**TRACK, "offline_timestamp": stamp}).loaded_ms == loaded_ms


def test_rows_that_differ_only_in_what_is_personal_are_identical() -> None:
    elsewhere = {**TRACK, "ip_addr": "198.51.100.1", "city": "Kiel", "username": "x", "latitude": 54.3}
    assert read_row(elsewhere).digest == read_row(TRACK).digest


def test_a_null_field_is_as_good_as_an_absent_one() -> None:
    shorter = {name: value for name, value in TRACK.items() if value is not None}
    assert read_row(shorter).digest == read_row(TRACK).digest


@pytest.mark.parametrize("change", [{"reason_end": "endplay"}, {"shuffle": False}, {"something_new": 1}])
def test_rows_that_differ_in_any_other_field_are_different(change: dict[str, Any]) -> None:
    assert read_row({**TRACK, **change}).digest != read_row(TRACK).digest


def test_characters_that_no_database_keeps_are_taken_out_of_names() -> None:
    row = {**TRACK, "master_metadata_track_name": "Gl\x00ass \ud800 Harbour"}
    assert read_row(row).name == "Glass ? Harbour"


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("text", "not a JSON object"),
        (None, "not a JSON object"),
        ({}, "neither `ts` nor `endTime`, so not a row of streaming history"),
        ({**TRACK, "ts": "yesterday"}, "`ts` is not a time such as 2023-05-01T12:34:56Z"),
        ({**TRACK, "ts": "2023-02-30T12:00:00Z"}, "`ts` is not a time such as 2023-05-01T12:34:56Z"),
        ({**TRACK, "ts": "2023-05-01T12:34:56"}, "`ts` is not a time such as 2023-05-01T12:34:56Z"),
        ({**TRACK, "ts": 1682944290}, "`ts` is not a time such as 2023-05-01T12:34:56Z"),
        ({**TRACK, "ms_played": -1}, "`ms_played` is not a number of milliseconds from 0 to 2147483647"),
        ({**TRACK, "ms_played": 2**31}, "`ms_played` is not a number of milliseconds from 0 to 2147483647"),
        ({**TRACK, "ms_played": None}, "`ms_played` is not a number of milliseconds from 0 to 2147483647"),
        ({**TRACK, "ms_played": True}, "`ms_played` is not a number of milliseconds from 0 to 2147483647"),
        ({**TRACK, "skipped": "maybe"}, "`skipped` is not true, false or null"),
        ({**TRACK, "platform": 7}, "`platform` is not text"),
        ({**TRACK, "spotify_track_uri": "x"}, "`spotify_track_uri` is not spotify:track:… or spotify:local:…"),
        (
            {"endTime": "2022-01-31", "artistName": "A", "trackName": "B", "msPlayed": 1},
            "`endTime` is not a time such as 2023-05-01 12:34",
        ),
    ],
)
def test_what_cannot_be_a_play_says_why(row: object, reason: str) -> None:
    with pytest.raises(Malformed) as refusal:
        read_row(row)
    assert str(refusal.value) == reason


@pytest.mark.parametrize(
    "row",
    [
        {"ts": "2023-05-01T12:34:56Z", "ms_played": 1},
        {"ts": "2023-05-01T12:34:56Z", "ms_played": 1, "master_metadata_track_name": "No artist"},
        {"endTime": "2022-01-31 10:00", "artistName": "", "trackName": "B", "msPlayed": 1},
    ],
)
def test_a_row_that_does_not_say_what_was_played_has_too_little(row: dict[str, Any]) -> None:
    with pytest.raises(TooLittle):
        read_row(row)
