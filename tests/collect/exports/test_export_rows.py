"""Rows of real exports, generation by generation, and rows that are refused."""

import json
import random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collect.exports.rows.export_rows import Malformed, TooLittle, content_of, read_row, track_facts
from db.engine.connection import connected, rows
from music import Album, Artist, Track

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
    """The values read from a row, without those that it does not give."""
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
def test_podcasts_and_audiobooks_keep_their_kind_and_names(
    row: dict[str, Any], kind: str, name: str, show: str, uri: str
) -> None:
    read = read_row({"ts": "2024-01-01T00:00:00Z", "ms_played": 5, **row})
    assert (read.kind, read.name, read.artist_or_show, read.uri) == (kind, name, show, uri)


def test_a_track_with_only_its_uri_is_still_a_play() -> None:
    row = {**TRACK, "master_metadata_track_name": None, "master_metadata_album_artist_name": None}
    assert (read_row(row).kind, read_row(row).uri) == ("track", TRACK["spotify_track_uri"])


BLANKS = ["", " ", "\u00a0", "\u3000", "\u200b", "\ufeff", "\t\n", "\x00 \x1f", "\u2800\u3164"]


@pytest.mark.parametrize("blank", BLANKS)
def test_a_row_whose_names_show_nothing_is_a_play_by_its_uri(blank: str) -> None:
    names = [name for name in TRACK if name.startswith("master_metadata")]
    read = read_row({**TRACK, **dict.fromkeys(names, blank)})
    assert (read.kind, read.uri, read[6:9]) == ("track", TRACK["spotify_track_uri"], (None, None, None))
    spoken = {"ts": "2024-01-01T00:00:00Z", "ms_played": 5, "episode_name": blank, "episode_show_name": blank}
    assert read_row({**spoken, "spotify_episode_uri": "spotify:episode:1"})[4:8] == (
        "episode", "spotify:episode:1", None, None,
    )  # fmt: skip


@pytest.mark.parametrize("blank", BLANKS)
@pytest.mark.parametrize(
    "row",
    [
        {**OLD_TRACK, "master_metadata_track_name": "?"},
        {**OLD_TRACK, "master_metadata_album_artist_name": "?", "spotify_track_uri": "?"},
        {"ts": "2024-01-01T00:00:00Z", "ms_played": 5, "episode_name": "?", "episode_show_name": "Sea Talk"},
        {"endTime": "2022-01-31 23:05", "artistName": "The Lanterns", "trackName": "?", "msPlayed": 1},
        {"endTime": "2022-01-31 23:05", "podcastName": "?", "episodeName": "Tides", "msPlayed": 1},
    ],
)
def test_a_row_without_a_uri_and_with_a_name_that_shows_nothing_has_too_little(row: dict[str, Any], blank: str) -> None:
    with pytest.raises(TooLittle):
        read_row({field: blank if value == "?" else value for field, value in row.items()})


def test_white_space_around_names_is_not_part_of_them() -> None:
    read = read_row({**TRACK, "master_metadata_track_name": "\u00a0Glass Harbour ", "platform": " ios"})
    assert (read.name, read.platform) == ("Glass Harbour", " ios")
    assert read.digest != read_row(TRACK).digest, "rows are distinguished by their text, not by its meaning"


def test_a_local_file_without_names_has_them_in_its_uri() -> None:
    uri = "spotify:local:The+Lanterns:Tidewater:Low%20Tide:201"
    names = {name: "" for name in TRACK if name.startswith("master_metadata")}
    read = read_row({**TRACK, **names, "spotify_track_uri": uri})
    assert (read.uri, read.name, read.artist_or_show, read.album) == (uri, "Low Tide", "The Lanterns", "Tidewater")


@pytest.mark.parametrize(
    ("row", "kind", "uri", "name", "show"),
    [
        ({"spotify_track_uri": "spotify:episode:1"}, "episode", "spotify:episode:1", "Glass Harbour", "Tidewater"),
        (
            {"spotify_track_uri": "spotify:episode:1", "episode_name": "Tides", "episode_show_name": "Sea Talk"},
            "episode", "spotify:episode:1", "Tides", "Sea Talk",
        ),
        ({"spotify_track_uri": "spotify:chapter:1"}, "chapter", "spotify:chapter:1", "Glass Harbour", "Tidewater"),
    ],
)  # fmt: skip
def test_an_episode_or_chapter_in_the_fields_of_a_track_is_recognised_by_its_uri(
    row: dict[str, Any], kind: str, uri: str, name: str, show: str
) -> None:
    read = read_row({**TRACK, **row})
    assert (read.kind, read.uri, read.name, read.artist_or_show, read.album) == (kind, uri, name, show, None)


@pytest.mark.parametrize("field", ["spotify_track_uri", "spotify_episode_uri"])
def test_an_advertisement_is_set_aside_and_no_error(field: str) -> None:
    row = {**TRACK, "spotify_track_uri": None, "master_metadata_track_name": None, field: "spotify:ad:1"}
    with pytest.raises(TooLittle, match="an advertisement, not a play"):
        read_row(row)


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


def test_rows_that_differ_only_in_personal_fields_are_identical() -> None:
    elsewhere = {**TRACK, "ip_addr": "198.51.100.1", "city": "Kiel", "username": "x", "latitude": 54.3}
    assert read_row(elsewhere).digest == read_row(TRACK).digest


def test_a_null_field_equals_an_absent_one() -> None:
    shorter = {name: value for name, value in TRACK.items() if value is not None}
    assert read_row(shorter).digest == read_row(TRACK).digest


@pytest.mark.parametrize("change", [{"reason_end": "endplay"}, {"shuffle": False}, {"something_new": 1}])
def test_rows_that_differ_in_any_other_field_are_different(change: dict[str, Any]) -> None:
    assert read_row({**TRACK, **change}).digest != read_row(TRACK).digest


def test_characters_that_the_database_cannot_store_are_removed_from_names() -> None:
    row = {**TRACK, "master_metadata_track_name": "Gl\x00ass \ud800 Harbour"}
    assert read_row(row).name == "Glass ? Harbour"


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("text", "not a JSON object"),
        (None, "not a JSON object"),
        ({}, "neither `ts` nor `endTime`, so not a row of streaming history"),
        ({**TRACK, "ts": "yesterday"}, "`ts` is not a time such as 2023-05-01T12:34:56Z, from 1970 to 9999"),
        ({**TRACK, "ts": "2023-02-30T12:00:00Z"}, "`ts` is not a time such as 2023-05-01T12:34:56Z, from 1970 to 9999"),
        ({**TRACK, "ts": "2023-05-01"}, "`ts` is not a time such as 2023-05-01T12:34:56Z, from 1970 to 9999"),
        ({**TRACK, "ts": 1682944290}, "`ts` is not a time such as 2023-05-01T12:34:56Z, from 1970 to 9999"),
        ({**TRACK, "ms_played": -1}, "`ms_played` is not a number of milliseconds from 0 to 2147483647"),
        ({**TRACK, "ms_played": 2**31}, "`ms_played` is not a number of milliseconds from 0 to 2147483647"),
        ({**TRACK, "ms_played": None}, "`ms_played` is not a number of milliseconds from 0 to 2147483647"),
        ({**TRACK, "ms_played": True}, "`ms_played` is not a number of milliseconds from 0 to 2147483647"),
        ({**TRACK, "ms_played": 0.5}, "`ms_played` is not a number of milliseconds from 0 to 2147483647"),
        ({**TRACK, "ms_played": "1000"}, "`ms_played` is not a number of milliseconds from 0 to 2147483647"),
        ({**TRACK, "ms_played": float("inf")}, "`ms_played` is not a number of milliseconds from 0 to 2147483647"),
        *(
            ({**TRACK, "ts": time}, "`ts` is not a time such as 2023-05-01T12:34:56Z, from 1970 to 9999")
            for time in (
                "0001-01-01T00:00:00Z",
                "1969-12-31T23:59:59Z",
                "9999-12-31T23:59:59-12:00",
                "",
                "2023-05-01T24:00:00Z",
            )
        ),
        ({**TRACK, "platform": "x" * 1001}, "`platform` is longer than 1000 characters or 1300 bytes"),
        (
            {**TRACK, "master_metadata_track_name": "界" * 500},
            "`master_metadata_track_name` is longer than 1000 characters or 1300 bytes",
        ),
        (
            {**TRACK, "spotify_track_uri": "spotify:local:" + "x" * 1000},
            "`spotify_track_uri` is longer than 1000 characters or 1300 bytes",
        ),
        ({**TRACK, "skipped": []}, "`skipped` is not true, false or null"),
        ({**TRACK, "offline": 2}, "`offline` is not true, false or null"),
        ({**TRACK, "skipped": "maybe"}, "`skipped` is not true, false or null"),
        ({**TRACK, "platform": 7}, "`platform` is not text"),
        ({**TRACK, "spotify_track_uri": "x"}, "`spotify_track_uri` is not spotify:track:… or spotify:local:…"),
        (
            {"endTime": "2022-01-31", "artistName": "A", "trackName": "B", "msPlayed": 1},
            "`endTime` is not a time such as 2023-05-01 12:34, from 1970 to 9999",
        ),
    ],
)
def test_a_row_that_cannot_be_a_play_is_refused_with_the_reason(row: object, reason: str) -> None:
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


@pytest.mark.parametrize(
    ("time", "read"),
    [
        ("1970-01-01T00:00:00Z", "1970-01-01T00:00:00Z"),
        ("9999-12-31T23:59:59Z", "9999-12-31T23:59:59Z"),
        ("2023-05-01T12:34:56.789Z", "2023-05-01T12:34:56.789000+00:00"),
        ("2023-05-01T12:34:56+05:45", "2023-05-01T06:49:56+00:00"),
        ("2023-W18-1T12:34:56Z", "2023-05-01T12:34:56+00:00"),
        ("2023-05-01t12:34:56z", "2023-05-01T12:34:56+00:00"),
        (" 2023-05-01T12:34:56Z ", "2023-05-01T12:34:56+00:00"),
        ("2023-05-01T12:34", "2023-05-01T12:34:00+00:00"),
        ("2023-05-01 12:34", "2023-05-01T12:34:00+00:00"),
    ],
)
def test_a_time_is_understood_however_it_is_written(time: str, read: str) -> None:
    assert read_row({**TRACK, "ts": time}).played_at == read


def test_postgresql_keeps_the_longest_names_and_the_furthest_times(database_url: str) -> None:
    letters = random.Random(0)
    name, artist = ("".join(chr(letters.randrange(0x4E00, 0x9FFF)) for _ in range(433)) for _ in range(2))
    times = [f"{day}{zone}" for day in ("1970-01-02T00:00:00", "9999-12-30T23:59:59") for zone in ("Z", "-12:00")]
    changes = {"master_metadata_track_name": name, "master_metadata_album_artist_name": artist}
    with connected():
        for time in times:
            row = read_row({**TRACK, **changes, "ts": time, "offline_timestamp": 99_999_999_999})
            assert row.loaded_ms is not None
            assert rows(
                "SELECT %s::timestamptz(3) < 'infinity', to_timestamp(%s / 1000.0) < 'infinity'",
                row.played_at,
                row.loaded_ms,
            ) == [(True, True)]
        insert = "INSERT INTO track (name, artist_name) VALUES (%s, %s) RETURNING name, artist_name"
        assert rows(insert, row.name, row.artist_or_show) == [(name, artist)]


def test_a_whole_number_may_have_a_point() -> None:
    row = read_row({**TRACK, "ms_played": 1000.0, "offline_timestamp": 1682944290.0})
    assert (row.ms_played, row.loaded_ms) == (1000, 1682944290000)


FACTS = {
    "name": "Glass Harbour",
    "uri": "spotify:track:0123456789abcdefghijAB",
    "duration_ms": 201000,
    "isrc": "DEA123400001",
    "artists": [{"name": "The Lanterns", "spotify_id": "a" * 22}, {"name": "Guest", "spotify_id": None}],
    "album": {
        "name": "Tidewater",
        "spotify_id": "b" * 22,
        "release_date": "1999-05",
        "image_url": "https://i.example/1",
        "artists": [{"name": "The Lanterns"}],
    },
}
OWN = {
    "source": "recent",
    "played_at": "2023-05-01T12:34:56.789Z",
    "ms_played": None,
    "context_uri": "spotify:album:x",
    "occurrence": 2,
    "track": FACTS,
}


def test_a_row_of_our_own_export_says_all_that_we_know() -> None:
    assert staged({**TRACK, "insight": OWN}) == {
        **{name: value for name, value in staged(TRACK).items() if name != "ms_played"},
        "source": "recent",
        "played_at": "2023-05-01T12:34:56.789000+00:00",
        "context_uri": "spotify:album:x",
    }
    assert track_facts({**TRACK, "insight": OWN}) == Track(
        name="Glass Harbour",
        artists=(Artist("The Lanterns", "a" * 22), Artist("Guest")),
        album=Album("Tidewater", (Artist("The Lanterns"),), "b" * 22, "1999-05", "https://i.example/1"),
        uri="spotify:track:0123456789abcdefghijAB",
        duration_ms=201000,
        isrc="DEA123400001",
    )


def test_names_that_show_nothing_are_no_facts() -> None:
    blank = {**FACTS, "name": " ", "artists": [{"name": "\u200b"}, {"name": "Guest"}], "album": {"name": "\u3000"}}
    assert track_facts({**TRACK, "insight": {"track": blank}}) == Track(
        None, (Artist("Guest"),), None, "spotify:track:0123456789abcdefghijAB", 201000, "DEA123400001"
    )


def test_occurrences_distinguish_rows_of_our_own_export() -> None:
    first, second = ({**TRACK, "insight": {"occurrence": number}} for number in (1, 2))
    assert read_row(first).digest != read_row(second).digest
    assert read_row(first)._replace(digest=0) == read_row(TRACK)._replace(digest=0)


@pytest.mark.parametrize(
    "row",
    [
        "text",
        TRACK,
        {**TRACK, "insight": None},
        {**TRACK, "insight": {}},
        {**TRACK, "insight": {"track": {"name": "\u200b", "artists": [{"name": "The Lanterns"}]}}},
    ],
)
def test_a_row_without_facts_about_its_track_yields_none(row: object) -> None:
    assert track_facts(row) is None


@pytest.mark.parametrize(
    ("insight", "reason"),
    [
        ([], "`insight` is not a JSON object"),
        (
            {"new": 1},
            "`insight` has a part that is none of context_uri, ms_played, occurrence, played_at, source, track",
        ),
        (
            {"source": "radio"},
            "`insight.source` is none of account, current, extended, koito, lastfm, lastfm_minute, listenbrainz, "
            "maloja, recent, scrobble",
        ),
        (
            {"source": []},
            "`insight.source` is none of account, current, extended, koito, lastfm, lastfm_minute, listenbrainz, "
            "maloja, recent, scrobble",
        ),
        ({"played_at": "2023-05-01"}, "`insight` has a `played_at` that cannot be one"),
        ({"played_at": 5}, "`played_at` is not text"),
        ({"played_at": "2023-02-30T00:00:00Z"}, "`ts` is not a time such as 2023-05-01T12:34:56Z, from 1970 to 9999"),
        ({"ms_played": -1}, "`ms_played` is not a number of milliseconds from 0 to 2147483647"),
        ({"occurrence": 0}, "`insight.occurrence` is not a whole number from 1"),
        ({"occurrence": True}, "`insight.occurrence` is not a whole number from 1"),
        ({"context_uri": 7}, "`context_uri` is not text"),
        ({"track": "x"}, "`insight.track` is not a JSON object"),
        ({"track": {}}, "`insight.track` has a part without its `name`"),
        ({"track": {**FACTS, "uri": "x"}}, "`insight` has a `uri` that cannot be one"),
        ({"track": {**FACTS, "isrc": "!"}}, "`insight` has a `isrc` that cannot be one"),
        (
            {"track": {**FACTS, "duration_ms": "1"}},
            "`insight.track.duration_ms` is not a number of milliseconds from 0 to 2147483647",
        ),
        ({"track": {**FACTS, "artists": {}}}, "`artists` is not a list of at most 200"),
        ({"track": {**FACTS, "artists": ["x"]}}, "`artists` is not a JSON object"),
        (
            {"track": {**FACTS, "album": {"name": "x", "release_date": "soon"}}},
            "`insight` has a `release_date` that cannot be one",
        ),
    ],
)
def test_members_that_our_own_export_never_writes_are_malformed(insight: object, reason: str) -> None:
    with pytest.raises(Malformed) as refusal:
        read_row({**TRACK, "insight": insight})
    assert str(refusal.value) == reason


@pytest.mark.parametrize(
    ("row", "content"),
    [
        ([1], "an array"),
        ("secret", "text"),
        (1, "a number"),
        (None, "null"),
        (True, "true or false"),
        (
            {"ts": 5, "ip_addr": "1", "IP_ADDR": "2", "x": {"username": "me", "y": [{"city": "z"}]}},
            '{"ts":5,"x":{"y":[{}]}}',
        ),
        ({"a": "\x00\ud800"}, '{"a":"\\u0000?"}'),
        ({"a": "x" * 600}, '{"a":"' + "x" * 494),
    ],
)
def test_the_content_kept_of_a_row_has_no_personal_fields(row: object, content: str) -> None:
    assert content_of(row) == content


def test_a_row_that_is_nested_too_deeply_is_refused() -> None:
    deep: Any = json.loads('{"a":' * 900 + "1" + "}" * 900)
    for _ in range(200):
        deep = {"a": deep}
    assert content_of(deep) == "an object nested too deeply"
    with pytest.raises(Malformed, match="nested too deeply"):
        read_row({**TRACK, "x": deep})


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=30) | st.just("2023-05-01T12:34:56Z"),
    lambda part: st.lists(part, max_size=3) | st.dictionaries(st.text(max_size=5), part, max_size=3),
    max_leaves=5,
)
FIELDS = [*TRACK, "endTime", "artistName", "trackName", "msPlayed", "podcastName", "episodeName"]
CHANGES = st.dictionaries(
    st.sampled_from([*FIELDS, "insight"]),
    JSON | st.fixed_dictionaries({}, optional=dict.fromkeys(OWN, JSON)),
    max_size=4,
)


@given(CHANGES, st.sampled_from([TRACK, OLD_TRACK, {}]))
def test_any_json_is_a_row_or_says_why_not(changes: dict[str, Any], row: dict[str, Any]) -> None:
    try:
        read = read_row({**row, **changes})
    except (Malformed, TooLittle):
        assert len(content_of({**row, **changes})) <= 500
    else:
        assert "\x00" not in "".join(value for value in read if isinstance(value, str))


@pytest.mark.parametrize(
    "written", ["2022-01-31 23:05", "2022-01-31T23:05", "2022-01-31 23:05:59", "2022-01-31T23:05:59Z"]
)
def test_account_data_is_read_to_the_minute_however_it_is_written(written: str) -> None:
    row = read_row({"endTime": written, "artistName": "A", "trackName": "B", "msPlayed": 1})
    assert row.played_at == "2022-01-31 23:05:00+00:00"


@pytest.mark.parametrize("written", ["2023-05-01T12:34:56", "2023-05-01 12:34:56", "2023-05-01 12:34:56 UTC"])
def test_a_time_without_a_zone_is_utc(written: str) -> None:
    assert read_row({**TRACK, "ts": written}).played_at == "2023-05-01T12:34:56+00:00"
