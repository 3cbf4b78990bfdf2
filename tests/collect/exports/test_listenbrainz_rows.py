"""Listens as ListenBrainz exports them, ours among them, and listens that are refused."""

from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collect.exports.rows.export_rows import Malformed, TooLittle, read_row
from collect.exports.rows.listenbrainz_rows import read_listen
from tests.collect.export_files import extended_row

URI = "spotify:track:0123456789abcdefghijAB"
LINK = "https://open.spotify.com/track/0123456789abcdefghijAB"

EPISODE_LINK = LINK.replace("track", "episode")


def listen(**info: object) -> dict[str, Any]:
    return {
        "listened_at": 1682944290,
        "inserted_at": 1700000000,
        "user_name": "somebody",
        "recording_msid": "0b1e",
        "track_metadata": {
            "artist_name": "The Lanterns",
            "track_name": "Glass Harbour",
            "release_name": "Tidewater",
            "additional_info": info,
        },
    }


def staged(value: object) -> dict[str, Any]:
    values = read_listen(value)._asdict()
    return {name: value for name, value in values.items() if value is not None and name != "digest"}


PLAIN = {
    "loaded_ms": 1682944290000,
    "source": "listenbrainz",
    "played_at": "2023-05-01T12:31:30.000+00:00",
    "kind": "track",
    "name": "Glass Harbour",
    "artist_or_show": "The Lanterns",
    "album": "Tidewater",
}


@pytest.mark.parametrize(
    ("info", "changes_of_row"),
    [
        ({}, {}),
        ({"music_service": "tidal.com", "origin_url": "https://tidal.com/track/1"}, {}),
        ({"duration_played": 10}, {"ms_played": 10000, "played_at": "2023-05-01T12:31:40.000+00:00"}),
        ({"duration_played": 10.5, "duration": 99}, {"ms_played": 10500, "played_at": "2023-05-01T12:31:40.500+00:00"}),
        ({"duration_ms": 1500}, {"played_at": "2023-05-01T12:31:31.500+00:00"}),
        ({"duration": 2}, {"played_at": "2023-05-01T12:31:32.000+00:00"}),
        ({"spotify_id": LINK}, {"uri": URI}),
        ({"spotify_id": URI}, {"uri": URI}),
        ({"spotify_id": LINK + "?si=1", "origin_url": "x"}, {"uri": URI}),
        ({"origin_url": LINK.replace("/track", "/intl-de/track")}, {"uri": URI}),
        ({"origin_url": EPISODE_LINK}, {"kind": "episode", "uri": "spotify:episode:0123456789abcdefghijAB"}),
        ({"spotify_id": 5, "origin_url": LINK + "x"}, {}),
    ],
)
def test_a_listen_ends_its_heard_or_full_length_after_its_beginning(
    info: dict[str, object], changes_of_row: dict[str, Any]
) -> None:
    assert staged(listen(**info)) == {**PLAIN, **changes_of_row}


def test_a_listen_of_our_own_export_is_the_row_it_was() -> None:
    row = extended_row(insight={"source": "recent", "ms_played": None})
    assert read_listen(listen(spotify_history=row)) == read_row(row)


def test_the_fields_that_listenbrainz_adds_do_not_make_another_listen() -> None:
    other = {**listen(), "inserted_at": 5, "user_name": "other", "recording_msid": None}
    assert read_listen(other) == read_listen(listen())
    assert read_listen({**listen(), "listened_at": 1682944291}).digest != read_listen(listen()).digest


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        ([], "not a JSON object"),
        ({**listen(), "listened_at": None}, "`listened_at` is not a number of seconds since 1970"),
        ({**listen(), "listened_at": True}, "`listened_at` is not a number of seconds since 1970"),
        ({**listen(), "listened_at": -1}, "`listened_at` is not a number of seconds since 1970"),
        ({**listen(), "listened_at": 10**12}, "`listened_at` is not a number of seconds since 1970"),
        ({**listen(duration=5), "listened_at": 253402300799}, "`listened_at` is beyond the year 9999"),
        ({**listen(), "track_metadata": "x"}, "`track_metadata` is not a JSON object"),
        ({"listened_at": 1, "track_metadata": {"additional_info": 5}}, "`additional_info` is not a JSON object"),
        (listen(duration_played="10"), "`duration_played` is not a number of seconds"),
        (listen(duration_played=float("nan")), "`duration_played` is not a number of seconds"),
        (listen(duration_ms=-1), "`duration_ms` is not a number of milliseconds from 0 to 2147483647"),
        ({"listened_at": 1, "track_metadata": {"track_name": 5}}, "`track_name` is not text"),
        (listen(spotify_history={}), "neither `ts` nor `endTime`, so not a row of streaming history"),
    ],
)
def test_a_malformed_listen_is_refused_with_the_reason(value: object, reason: str) -> None:
    with pytest.raises(Malformed) as refusal:
        read_listen(value)
    assert str(refusal.value) == reason


@pytest.mark.parametrize("blank", ["", " ", "\xa0\u3000", "\u200b", "\ufeff\x1f"])
def test_names_that_show_nothing_are_no_names(blank: str) -> None:
    submitted = listen(spotify_id=LINK)
    submitted["track_metadata"].update(dict.fromkeys(("artist_name", "track_name", "release_name"), blank))
    named = {"name", "artist_or_show", "album"}
    assert staged(submitted) == {field: value for field, value in PLAIN.items() if field not in named} | {"uri": URI}


@pytest.mark.parametrize(
    "metadata",
    [
        None,
        {},
        {"track_name": "x"},
        {"artist_name": "x", "track_name": ""},
        {"artist_name": "x", "track_name": "\u3000"},
        {"artist_name": "\u200b", "track_name": "x"},
    ],
)
def test_a_listen_without_a_link_and_without_names_has_too_little(metadata: object) -> None:
    with pytest.raises(TooLittle) as refusal:
        read_listen({"listened_at": 1, "track_metadata": metadata})
    assert str(refusal.value) == "neither a link to a track nor names"


JSON: st.SearchStrategy[object] = (
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5) | st.just({}) | st.just([])
)
INFO = st.dictionaries(
    st.sampled_from(["spotify_id", "origin_url", "duration", "duration_ms", "duration_played", "spotify_history"]), JSON
)


@given(st.dictionaries(st.sampled_from(list(listen())), JSON), INFO)
def test_any_json_is_a_listen_or_says_why_not(changes: dict[str, Any], info: dict[str, Any]) -> None:
    with suppress(Malformed, TooLittle):
        assert read_listen({**listen(**info), **changes}).played_at
