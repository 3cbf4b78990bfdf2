"""Services' answers are read item by item: unreadable items are skipped, and an unreadable answer is an error."""

from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given

from recommend.listening.context import Cached
from recommend.proposals.payloads import (
    AlbumTracks,
    MalformedAnswer,
    Release,
    Similar,
    Track,
    agreed,
    album_tracks,
    releases,
    similar_artists,
    tracks,
)
from tests.recommend.contexts import answered
from tests.recommend.made_up import JSON, MANY

URI = "spotify:album:4aawyAB9vmqN3uQ7FjRGTy"
A_TRACK = "spotify:track:11dFghVXANMlKmJXsNCbNl"


def cached_answer(payload: Any, service: str = "lastfm") -> Cached:
    return answered("anything", "key", payload, service)[2]


def test_artists_are_sorted_best_first_each_once() -> None:
    payload = [
        {"name": "B", "mbid": None, "score": 0.5},
        {"name": "A", "mbid": "5b11f4ce", "score": 1},
        {"name": "b", "mbid": "0383dadf", "score": 0.7},
    ]
    assert similar_artists(cached_answer(payload)) == [
        Similar("A", "5b11f4ce", 1, ("lastfm",)),
        Similar("b", "0383dadf", 0.7, ("lastfm",)),
    ]


@pytest.mark.parametrize(
    "item",
    [
        None,
        7,
        "A",
        [],
        ["name", "A"],
        {},
        {"name": "A"},
        {"score": 0.5},
        {"name": "", "score": 0.5},
        {"name": " \t", "score": 0.5},
        {"name": None, "score": 0.5},
        {"name": ["A"], "score": 0.5},
        {"name": "A", "score": None},
        {"name": "A", "score": "0.5"},
        {"name": "A", "score": True},
        {"name": "A", "score": -0.1},
        {"name": "A", "score": 1.1},
        {"name": "A", "score": 10**400},
        {"name": "A", "score": float("nan")},
        {"name": "A", "score": float("inf")},
    ],
    ids=repr,
)
def test_a_malformed_artist_is_skipped(item: Any) -> None:
    assert similar_artists(cached_answer([item, {"name": "B", "score": 0.5}])) == [Similar("B", None, 0.5, ("lastfm",))]


def test_a_tracks_details_may_be_malformed() -> None:
    whole = {"name": "T", "artist": "A", "album": "X", "uri": A_TRACK, "score": 0.5}
    assert tracks(cached_answer([whole])) == [Track("T", "A", "X", A_TRACK, 0.5, ("lastfm",))]
    wrong: list[tuple[str, Any]] = [
        ("album", 5),
        ("album", ""),
        ("uri", "https://example.org"),
        ("uri", {}),
        ("uri", "x"),
    ]
    for field, value in wrong:
        (track,) = tracks(cached_answer([whole | {field: value}]))
        assert (track.album if field == "album" else track.id) is None


@pytest.mark.parametrize("missing", ["name", "artist", "score"])
def test_a_track_without_names_or_score_is_skipped(missing: str) -> None:
    whole = {"name": "T", "artist": "A", "score": 0.5}
    assert tracks(cached_answer([{field: value for field, value in whole.items() if field != missing}])) == []


@pytest.mark.parametrize("nobody", ["Various Artists", "VARIOUS  ARTISTS", "Verschiedene Interpreten"])
def test_various_artists_are_skipped(nobody: str) -> None:
    assert similar_artists(cached_answer([{"name": nobody, "score": 1}])) == []
    assert tracks(cached_answer([{"name": "T", "artist": nobody, "score": 1}])) == []


def test_popularity_is_read_on_request() -> None:
    payload = [{"name": "T", "artist": "A", "popularity": 0.2}, {"name": "S", "artist": "A", "popularity": 0.9}]
    assert [track.name for track in tracks(cached_answer(payload), "popularity")] == ["S", "T"]
    assert tracks(cached_answer(payload)) == []


def test_releases_keep_the_order_of_the_answer() -> None:
    good = {"uri": URI, "name": "X", "kind": "album", "released": "2026-11-01"}
    wrong: list[Any] = [None, 5, "", {}]
    bad = [{**good, field: value} for field in good for value in wrong]
    assert releases(cached_answer([*bad, good, good | {"name": "W"}])) == [
        Release(URI, "X", "album", "2026-11-01"),
        Release(URI, "W", "album", "2026-11-01"),
    ]


def test_an_albums_tracks_are_in_its_order_each_song_once() -> None:
    payload = {
        "uri": URI, "name": "X", "artist": "A", "released": "2026",
        "tracks": [
            {"name": "Two", "artist": "A", "number": 2, "uri": None},
            {"name": "No number", "artist": "A", "number": None, "uri": None},
            {"name": "One", "artist": "A", "number": 1, "uri": A_TRACK},
            {"name": "One - Remastered", "artist": "A", "number": 3, "uri": None},
            {"artist": "A", "number": 4},
            "Five",
        ],
    }  # fmt: skip
    one, two, three = (
        Track(name, "A", None, uri, 1.0, ("lastfm",))
        for name, uri in [("One", A_TRACK), ("Two", None), ("No number", None)]
    )
    assert album_tracks(cached_answer(payload)) == AlbumTracks(URI, "X", "A", [one, two, three])


def test_an_unknown_or_nameless_album_is_none() -> None:
    assert album_tracks(cached_answer([])) is None
    assert album_tracks(cached_answer({"uri": URI, "name": "X", "artist": None, "tracks": []})) is None
    assert album_tracks(cached_answer({"uri": "file:///X", "name": "X", "artist": "A", "tracks": []})) is None


@pytest.mark.parametrize("payload", [None, True, 1, 0.5, "", "text", {}, {"artists": []}], ids=repr)
def test_an_answer_that_is_no_list_is_malformed(payload: Any) -> None:
    for read in (similar_artists, tracks, releases):
        with pytest.raises(MalformedAnswer, match="cached answer of lastfm from 2026-11-19 03:00 UTC is not a list"):
            read(cached_answer(payload))


@pytest.mark.parametrize("payload", [None, 1, "text", [1], {"tracks": None}, {"tracks": {}}, {}], ids=repr)
def test_an_album_without_a_list_of_tracks_is_malformed(payload: Any) -> None:
    with pytest.raises(MalformedAnswer, match="cached answer of lastfm"):
        album_tracks(cached_answer(payload))


def test_services_that_agree_outweigh_a_single_one() -> None:
    answers = [
        cached_answer([{"name": "B", "score": 1.0, "mbid": None}, {"name": "C", "score": 0.8}], "listenbrainz"),
        cached_answer(
            [{"name": "C", "score": 0.6}, {"name": "b", "score": 0.5, "mbid": "5b11f4ce"}, {"name": "D", "score": 1}]
        ),
        cached_answer([], "reccobeats"),
    ]
    assert agreed(answers, similar_artists) == [
        Similar("b", "5b11f4ce", 0.75, ("lastfm", "listenbrainz")),
        Similar("C", None, 0.7, ("lastfm", "listenbrainz")),
        Similar("D", None, 0.5, ("lastfm",)),
    ]


def test_an_empty_answer_does_not_lower_scores() -> None:
    answers = [cached_answer([], "listenbrainz"), cached_answer([{"name": "B", "score": 0.5}])]
    assert [artist.score for artist in agreed(answers, similar_artists)] == [0.5]


@MANY
@given(JSON)
def test_any_json_is_readable_or_malformed(payload: Any) -> None:
    for read in (similar_artists, tracks, releases, album_tracks):
        with suppress(MalformedAnswer):
            read(cached_answer(payload))
