"""Exports of other trackers: every row has a fate, and a play that Spotify reports too counts once."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from collect.exports.archives import UnreadableExport
from collect.exports.streaming_history import import_history
from collect.recent import store_recent
from db.engine.connection import connected, rows
from db.people.accounts import ensure_accounts
from music import Artist, Play, Track
from people.accounts import account_named
from tests.collect.histories import NOON, Heard, Silent, account_row, counted, extended_row

HEARD = Heard(NOON, 0, 180_000)
BEGAN = int((NOON - timedelta(seconds=180)).timestamp())


@pytest.fixture
def alice(database_url: str) -> int:
    with connected():
        ensure_accounts(["alice"], "UTC")
        return account_named("alice").id


def fates(account_id: int, path: Path, content: object) -> dict[str, int]:
    path.write_text(content if isinstance(content, str) else json.dumps(content))
    report = import_history(account_id, [path], Silent())
    assert sum(report.fates.values()) == report.rows
    return {fate: count for fate, count in report.fates.items() if count}


def lastfm_track(began: int = BEGAN, name: str = "Glass Harbour") -> dict[str, Any]:
    return {
        "artist": {"mbid": "", "#text": "The Lanterns"},
        "streamable": "0",
        "image": [{"size": "small", "#text": "https://lastfm.example/{1}.png"}],
        "mbid": "",
        "album": {"mbid": "", "#text": "Tidewater"},
        "name": name,
        "url": "https://www.last.fm/music/The+Lanterns",
        "date": {"uts": str(began), "#text": "01 Mar 2024, 11:57"},
    }


PLAYING = {name: value for name, value in lastfm_track().items() if name != "date"} | {"@attr": {"nowplaying": "true"}}


def maloja(*scrobbles: dict[str, Any]) -> dict[str, Any]:
    return {"maloja": {"export_time": 1748738994}, "scrobbles": list(scrobbles)}


def maloja_scrobble(began: int = BEGAN, **changes: Any) -> dict[str, Any]:
    track = {
        "artists": ["A Guest", "The Lanterns"],
        "title": "Glass Harbour",
        "album": {"artists": ["The Lanterns"], "albumtitle": "Tidewater"},
        "length": None,
    }
    return {"time": began, "track": track | changes, "duration": None, "origin": "client:default"}


def alias(name: str) -> dict[str, Any]:
    other = {"alias": "written otherwise", "source": "MusicBrainz", "is_primary": False}
    return {"mbid": None, "aliases": [other, {"alias": name, "source": "Canonical", "is_primary": True}]}


def koito(*listens: dict[str, Any]) -> dict[str, Any]:
    return {"version": "1", "exported_at": "2025-06-18T12:56:53Z", "user": "koito", "listens": list(listens)}


def koito_listen(began: str = "2024-03-01T11:57:00Z", duration: int = 0) -> dict[str, Any]:
    return {
        "listened_at": began,
        "client": "",
        "track": alias("Glass Harbour") | {"duration": duration},
        "album": alias("Tidewater") | {"image_url": "", "various_artists": False},
        "artists": [
            alias("A Guest") | {"image_url": "", "is_primary": False},
            alias("The Lanterns") | {"image_url": "", "is_primary": True},
        ],
    }


HEADED = "uts,utc_time,artist,artist_mbid,album,album_mbid,track,track_mbid\n"
EXPORTS = {
    "lastfm to-csv": ("alice.csv", "The Lanterns,Tidewater,Glass Harbour,01 Mar 2024 11:57\n"),
    "lastfm csv with CRLF": ("alice.csv", "The Lanterns,Tidewater,Glass Harbour,01 Mar 2024 11:57\r\n\r\n"),
    "lastfm csv with BOM": ("alice.csv", "\ufeffThe Lanterns,Tidewater,Glass Harbour,01 Mar 2024 11:57\n"),
    "lastfm csv with header": (
        "recenttracks.CSV",
        HEADED + f'"{BEGAN}","01 Mar 2024, 11:57","The Lanterns","","Tidewater","","Glass Harbour",""\n',
    ),
    "lastfm pages": (
        "recenttracks.json",
        [{"track": [lastfm_track()], "@attr": {"page": "1"}}, {"track": [], "@attr": {"page": "2"}}],
    ),
    "lastfm pages, attributes first": ("l.json", [{"@attr": {"page": "1"}, "track": [lastfm_track()]}]),
    "lastfm lists": ("l.json", [[lastfm_track()], []]),
    "lastfm answers": ("l.json", [{"recenttracks": {"track": [lastfm_track()], "@attr": {"user": "a"}}}]),
    "lastfm one answer with one track": ("l.json", {"recenttracks": {"track": lastfm_track()}}),
    "lastfm flat": ("l.json", [{"artist": "The Lanterns", "name": "Glass Harbour", "date": "1 Mar 2024, 11:57"}]),
    "maloja": ("maloja_export.json", maloja(maloja_scrobble())),
    "koito": ("koito_export.json", koito(koito_listen())),
    "koito with a duration": ("koito_export.json", koito(koito_listen(duration=180))),
}


@pytest.mark.parametrize(("name", "content"), EXPORTS.values(), ids=EXPORTS)
def test_a_scrobble_is_a_play_that_began_then(alice: int, tmp_path: Path, name: str, content: object) -> None:
    assert fates(alice, tmp_path / name, content) == {"new": 1}
    with connected():
        (play,) = rows(
            "SELECT started_at, ms_played, track.name, track.artist_name, source FROM counted_play "
            "JOIN track ON track.id = track_id"
        )
    assert play[:4] == (NOON - timedelta(seconds=180), None, "Glass Harbour", "The Lanterns")
    assert play[4] in ("lastfm", "lastfm_minute", "maloja", "koito")


@pytest.mark.parametrize(("name", "content"), EXPORTS.values(), ids=EXPORTS)
def test_a_play_that_spotify_reports_too_counts_once(alice: int, tmp_path: Path, name: str, content: object) -> None:
    fates(alice, tmp_path / name, content)
    assert fates(alice, tmp_path / "endsong_0.json", [extended_row(HEARD, old=False)]) == {"better": 1}
    assert fates(alice, tmp_path / name, content) == {"identical": 1}
    assert [source for source, *_ in counted(alice)] == ["extended"]


def test_account_data_supersedes_a_scrobble_because_it_has_the_length(alice: int, tmp_path: Path) -> None:
    fates(alice, tmp_path / "l.json", [[lastfm_track()]])
    assert fates(alice, tmp_path / "StreamingHistory0.json", [account_row(HEARD)]) == {"better": 1}
    assert [(source, ms) for source, _, _, ms in counted(alice)] == [("account", 180_000)]


def test_a_collected_play_is_recognised_by_the_length_of_its_track(alice: int, tmp_path: Path) -> None:
    track = Track("Glass Harbour", (Artist("The Lanterns"),), uri="spotify:track:" + "R" * 22, duration_ms=180_000)
    with connected():
        store_recent(alice, [Play(NOON, track)], page_is_full=False)
    assert fates(alice, tmp_path / "l.json", [[lastfm_track()]]) == {"superseded": 1}


def test_every_round_of_a_loop_counts_once(alice: int, tmp_path: Path) -> None:
    """A scrobble that begins when the round before ended is not that round."""
    rounds = [Heard(NOON + timedelta(seconds=181 * number), 0, 180_000) for number in range(6)]
    fates(alice, tmp_path / "endsong_0.json", [extended_row(heard, old=False) for heard in rounds])
    scrobbles = [lastfm_track(BEGAN + 181 * number + number % 3) for number in range(6)]
    assert fates(alice, tmp_path / "l.json", [scrobbles]) == {"superseded": 6}
    assert len(counted(alice)) == 6


def test_the_same_scrobble_in_several_trackers_counts_once(alice: int, tmp_path: Path) -> None:
    for name in ("lastfm pages", "maloja", "koito"):
        fates(alice, tmp_path / EXPORTS[name][0], EXPORTS[name][1])
    assert [source for source, *_ in counted(alice)] == ["koito"]


def test_lastfms_csv_to_the_minute_and_its_json_to_the_second_count_once(alice: int, tmp_path: Path) -> None:
    """Songs of a minute, so that each begins close enough to several others to be taken for them."""
    begins = [BEGAN + 17 + 61 * number for number in range(8)]
    dates = [datetime.fromtimestamp(began, UTC) for began in begins]
    lines = [f"The Lanterns,Tidewater,Glass Harbour,{date:%d %b %Y %H:%M}\n" for date in dates]
    assert fates(alice, tmp_path / "a.csv", "".join(lines)) == {"new": 8}
    assert fates(alice, tmp_path / "l.json", [list(map(lastfm_track, begins))]) == {"better": 8}
    assert [source for source, *_ in counted(alice)] == ["lastfm"] * 8


def test_a_track_that_is_playing_now_is_no_play_yet(alice: int, tmp_path: Path) -> None:
    assert fates(alice, tmp_path / "l.json", [{"track": [PLAYING, lastfm_track()]}]) == {"new": 1, "too_little": 1}


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("a.csv", "The Lanterns,Tidewater,Glass Harbour,01 Mar 2024 11:57\nA,B,C\n", "3 columns, which are not"),
        ("a.csv", "The Lanterns,Tidewater,Glass Harbour,01 Mar 2024 11:57\nA,B,C,soon\n", "the date is neither"),
        ("a.csv", "The Lanterns,Tidewater,Glass Harbour,01 Mar 2024 11:57\nA,B,C,01 Jan 1970 00:00\n", "clock"),
        ("m.json", maloja(maloja_scrobble(), maloja_scrobble(artists=[])), "no title or no artist"),
        ("m.json", maloja(maloja_scrobble(), maloja_scrobble(artists=7)), "`artists` is not a list of names"),
        ("m.json", maloja(maloja_scrobble(), {"time": "now", "track": {}}), "`time` is not a number of seconds"),
        ("k.json", koito(koito_listen(), koito_listen("yesterday")), "`listened_at` is not a time"),
        ("k.json", koito(koito_listen(), {"listened_at": "2024-03-01T11:57:00Z", "track": {}}), "no title"),
    ],
)
def test_a_row_that_is_no_scrobble_says_why(
    alice: int, tmp_path: Path, name: str, content: object, reason: str
) -> None:
    result = fates(alice, tmp_path / name, content)
    assert result.pop("new") == 1
    assert sum(result.values()) == 1
    with connected():
        assert reason in rows("SELECT reason FROM set_aside_row")[0][0]


def test_thousands_of_scrobbles_in_one_page_are_read(alice: int, tmp_path: Path) -> None:
    """A page larger than the megabyte that a row may have, with names in letters of several bytes."""
    page = [lastfm_track(BEGAN + 300 * number, f"海 {number}") for number in range(6_000)]
    assert fates(alice, tmp_path / "l.json", [{"track": page}]) == {"new": 6_000}


def test_a_damaged_scrobble_is_set_aside_and_the_rest_is_read(alice: int, tmp_path: Path) -> None:
    text = json.dumps([{"track": [lastfm_track(BEGAN + 300 * number) for number in range(4)]}])
    path = tmp_path / "l.json"
    path.write_text(text.replace('"mbid": ""', '"mbid" ""', 1))
    with pytest.raises(UnreadableExport, match="damaged or not JSON"):
        import_history(alice, [path], Silent())
    report = import_history(alice, [path], Silent(), keep_readable=True)
    assert (report.fates["new"], report.fates["malformed"]) == (3, 1)


def test_a_trackers_export_may_have_more_fields_after_its_rows(alice: int, tmp_path: Path) -> None:
    exported = koito(koito_listen())
    assert fates(alice, tmp_path / "k.json", {name: exported[name] for name in sorted(exported)}) == {"new": 1}


def test_a_trackers_export_that_is_cut_off_is_damaged(alice: int, tmp_path: Path) -> None:
    path = tmp_path / "k.json"
    path.write_text(json.dumps(koito(koito_listen(), koito_listen()))[:-300])
    with pytest.raises(UnreadableExport, match="cut off"):
        import_history(alice, [path], Silent())
