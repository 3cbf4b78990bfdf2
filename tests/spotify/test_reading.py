"""Converting Spotify's JSON to our types, with missing and invalid values."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from music import Album, Artist, Episode, Listener, Play, Track
from spotify.errors import OurMistake
from spotify.reading import (
    RecentPage,
    SearchPage,
    read_artist,
    read_listener,
    read_recent,
    read_search,
    read_track,
)

TRACK = {"name": "Low Tide", "uri": "spotify:track:1"}
LOW_TIDE = Track("Low Tide", (), uri="spotify:track:1")
AT = "2026-11-20T10:00:00Z"
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3)
    | st.dictionaries(
        st.sampled_from(["items", "track", "tracks", "artists", "album", "images", "name", "uri", "id", "played_at",
                         "context", "external_ids", "duration_ms", "type", "show", "audiobook"]),
        inner, max_size=5),
    max_leaves=20,
)  # fmt: skip


def play(**fields: Any) -> dict[str, Any]:
    return {"items": [{"track": TRACK, "played_at": AT, **fields}]}


def test_an_empty_page_with_null_cursors_has_no_plays() -> None:
    body: dict[str, Any] = {
        "items": [],
        "next": None,
        "cursors": None,
        "limit": 50,
        "href": "https://api.spotify.com/v1/me/player",
    }
    assert read_recent(body) == RecentPage((), ())


@pytest.mark.parametrize(
    ("played_at", "instant"),
    [
        ("2026-11-20T11:00:00Z", datetime(2026, 11, 20, 11, tzinfo=UTC)),
        ("2026-11-20T11:00:00.123Z", datetime(2026, 11, 20, 11, 0, 0, 123000, UTC)),
        ("2026-11-20T11:00:00.1Z", datetime(2026, 11, 20, 11, 0, 0, 100000, UTC)),
        ("2026-11-20T11:00:00.123999Z", datetime(2026, 11, 20, 11, 0, 0, 123000, UTC)),
        ("2026-11-20T13:00:00+02:00", datetime(2026, 11, 20, 11, tzinfo=UTC)),
    ],
)
def test_the_end_of_a_play_is_utc_to_the_millisecond(played_at: str, instant: datetime) -> None:
    assert read_recent(play(played_at=played_at)) == RecentPage((Play(instant, LOW_TIDE),), ())


@pytest.mark.parametrize(
    "played_at",
    [None, "", "yesterday", 1700000000000, [], "2026-13-01T00:00:00Z", "0001-01-01T00:00:00+14:00",
     "9999-12-31T23:59:59-14:00"],
)  # fmt: skip
def test_an_invalid_time_affects_only_its_item(played_at: object) -> None:
    body = {"items": [*play(played_at=played_at)["items"], *play()["items"]]}
    assert read_recent(body) == RecentPage(
        (Play(datetime(2026, 11, 20, 10, tzinfo=UTC), LOW_TIDE),), ("item 1: `played_at` is not a time",)
    )


@pytest.mark.parametrize("year", ["0001", "1900", "1969", "3000", "9999"])
def test_an_impossible_year_affects_only_its_item(year: str) -> None:
    body = {"items": [*play(played_at=f"{year}-06-01T00:00:00Z")["items"], *play()["items"]]}
    read = read_recent(body)
    assert [read_play.item for read_play in read.plays] == [LOW_TIDE]
    assert read.unreadable == (f"item 1: `played_at` is in the year {int(year)}, which is impossible",)
    assert read.shown == 2


@pytest.mark.parametrize(
    ("context", "uri"),
    [({"uri": "spotify:playlist:1", "type": "playlist"}, "spotify:playlist:1"), (None, None), ({}, None), ("x", None)],
)
def test_a_context_may_be_missing(context: object, uri: str | None) -> None:
    (read,) = read_recent(play(context=context)).plays
    assert read == Play(datetime(2026, 11, 20, 10, tzinfo=UTC), LOW_TIDE, uri)


def test_a_track_of_before_2026_with_all_its_fields_is_the_same_track() -> None:
    album = {"id": "b", "name": "Tidewater", "artists": [{"id": "a", "name": "The Lanterns", "genres": []}],
             "release_date": "1999-05-04", "release_date_precision": "day", "label": "x", "popularity": 3,
             "images": [{"height": 640}, {"url": "https://i.scdn.co/image/1"}, {"url": "https://i.scdn.co/image/2"}],
             "available_markets": ["DE"], "external_ids": {"upc": "1"}}  # fmt: skip
    body = {**TRACK, "id": "1", "artists": album["artists"], "album": album, "duration_ms": 201000, "popularity": 9,
            "external_ids": {"isrc": "QZABC1234567", "ean": "x"}, "linked_from": {"id": "other"},
            "available_markets": [], "preview_url": None, "is_local": False}  # fmt: skip
    lanterns = (Artist("The Lanterns", "a"),)
    assert read_track(body) == Track(
        "Low Tide",
        lanterns,
        Album("Tidewater", lanterns, "b", "1999-05-04", "https://i.scdn.co/image/1"),
        "spotify:track:1",
        201000,
        "QZABC1234567",
    )


def test_a_local_file_has_a_uri_and_names_and_nothing_else() -> None:
    body: dict[str, Any] = {
        "id": None,
        "uri": "spotify:local:A:B:C:1",
        "name": "C",
        "is_local": True,
        "duration_ms": 1000,
        "artists": [{"id": None, "name": "A", "uri": None}],
        "album": {"id": None, "name": "", "artists": [], "images": [], "release_date": None},
    }
    assert read_track(body) == Track("C", (Artist("A"),), uri="spotify:local:A:B:C:1", duration_ms=1000)


@pytest.mark.parametrize(
    "blank", ["", " ", "\u00a0", "\u3000", "\u200b\ufeff", "\u2800", "\u3164", "\x00\x1f", None, 7]
)
def test_blank_names_are_no_names(blank: object) -> None:
    artists = [{"name": blank, "id": None}, {"name": "The Lanterns"}]
    album = {"id": "0" * 22, "name": blank, "artists": artists}
    body = {"uri": "spotify:track:1", "name": blank, "artists": artists, "album": album}
    assert read_track(body) == Track(None, (Artist("The Lanterns"),), uri="spotify:track:1")


def test_white_space_around_a_name_is_not_part_of_it() -> None:
    body = {**TRACK, "name": "\u00a0Low Tide\n", "artists": [{"name": " The  Lanterns\u200b"}]}
    assert read_track(body) == Track("Low Tide", (Artist("The  Lanterns"),), uri="spotify:track:1")
    assert read_track({**TRACK, "name": "\u2764\ufe0f"}).name == "\u2764\ufe0f", "a colour is part of a sign"


def test_a_local_file_without_names_has_them_in_its_uri() -> None:
    body = {"uri": "spotify:local:The+Lanterns:Tidewater:Low%20Tide:201", "name": ""}
    assert read_track(body) == Track("Low Tide", (Artist("The Lanterns"),), uri=body["uri"])


EPISODE = {"id": "e", "uri": "spotify:episode:e", "name": "Tides", "duration_ms": 9}
SEA_TALK = Episode("episode", "spotify:episode:e", "Tides", "Sea Talk")


@pytest.mark.parametrize(
    ("item", "episode"),
    [
        ({**EPISODE, "type": "episode", "show": {"name": "Sea Talk"}}, SEA_TALK),
        ({**EPISODE, "type": "episode", "artists": [{"name": None}], "album": {"name": "Sea Talk"}}, SEA_TALK),
        ({**EPISODE, "type": "track", "artists": [], "album": {"name": "Sea Talk"}}, SEA_TALK),
        ({"type": "episode", "id": "e", "name": "Tides", "show": {"name": "Sea Talk"}}, SEA_TALK),
        (
            {"type": "episode", "name": "Tides", "show": {"name": "Sea Talk"}},
            Episode("episode", None, "Tides", "Sea Talk"),
        ),
        ({"uri": "spotify:episode:e", "name": " ", "album": None}, Episode("episode", "spotify:episode:e")),
        (
            {"type": "chapter", "uri": "spotify:episode:c", "name": "One", "audiobook": {"name": "The Lighthouse"}},
            Episode("chapter", "spotify:episode:c", "One", "The Lighthouse"),
        ),
        ({"uri": "spotify:chapter:c", "name": "One"}, Episode("chapter", "spotify:chapter:c", "One")),
    ],
)
def test_items_other_than_music_are_recognised_in_any_format(item: dict[str, Any], episode: Episode) -> None:
    assert read_recent(play(track=item)) == RecentPage((Play(datetime(2026, 11, 20, 10, tzinfo=UTC), episode),), ())


@pytest.mark.parametrize(
    "item",
    [
        {"type": "ad", "uri": "spotify:track:1", "name": "Buy"},
        {"type": "ad"},
        {"type": "track", "uri": "spotify:ad:1", "name": "Buy"},
        {"uri": "spotify:ad:1"},
    ],
)
def test_an_advertisement_is_neither_a_play_nor_an_error(item: dict[str, Any]) -> None:
    page = read_recent(play(track=item))
    assert (page, page.shown) == (RecentPage((), (), advertisements=1), 1)


def test_an_episode_without_any_names_is_reported() -> None:
    page = read_recent(play(track={"type": "episode", "name": "Tides"}))
    assert page == RecentPage((), ("item 1: the episode has neither a URI nor names",))


@pytest.mark.parametrize("duration", [None, 0, -1, True, 1.5, "201000", 2**31, 10**30])
def test_an_invalid_duration_is_unknown(duration: object) -> None:
    assert read_track({**TRACK, "duration_ms": duration}) == LOW_TIDE


@pytest.mark.parametrize("field", ["artists", "album", "external_ids"])
@pytest.mark.parametrize("value", [None, [], {}, "x", 7, [None], {"name": 7}])
def test_a_field_of_the_wrong_type_counts_as_missing(field: str, value: object) -> None:
    assert read_track({**TRACK, field: value}) == LOW_TIDE


def test_characters_that_postgresql_cannot_store_are_dropped() -> None:
    body = json.loads('{"name": "Low\\u0000 Tide\\ud800", "uri": "spotify:track:1\\u0000"}')
    assert read_track(body) == Track("Low Tide?", (), uri="spotify:track:1")
    assert read_track({**TRACK, "artists": [{"name": "\x00", "id": "a"}]}) == LOW_TIDE


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (None, "not an object"),
        ([], "not an object"),
        ({}, "the track has no name"),
        ({"name": "\x00\u200b\u3000"}, "the track has no name"),
        ({"name": "Low Tide"}, "the track has neither a URI nor artists"),
    ],
)
def test_an_invalid_track_is_our_mistake(body: object, why: str) -> None:
    with pytest.raises(OurMistake) as mistake:
        read_track(body)
    assert str(mistake.value) == f"Spotify's answer cannot be read as a track ({why}); report this."


def test_an_artist_only_needs_a_name() -> None:
    body = {"id": "a", "name": "The Lanterns", "genres": ["x"], "followers": {"total": 1}, "popularity": 1}
    assert read_artist(body) == Artist("The Lanterns", "a")
    assert read_artist({"name": "The Lanterns"}) == Artist("The Lanterns")


@pytest.mark.parametrize("body", [None, [], "x", {}, {"id": "a"}, {"name": ""}, {"name": 7}])
def test_an_invalid_artist_is_our_mistake(body: object) -> None:
    with pytest.raises(OurMistake, match="cannot be read as an artist"):
        read_artist(body)


@pytest.mark.parametrize(
    ("body", "listener"),
    [
        ({"account_id": "x", "id": "y", "display_name": "Al", "email": "a@example.org"}, Listener("x", "Al", "y")),
        ({"account_id": None, "id": "y", "display_name": ""}, Listener("y", None, "y")),
        ({"account_id": "\x00", "id": "y"}, Listener("y", None, "y")),
    ],
)
def test_a_listener_only_needs_an_id(body: object, listener: Listener) -> None:
    assert read_listener(body) == listener


@pytest.mark.parametrize("body", [None, [], "x", {}, {"id": 7}, {"display_name": "Al"}])
def test_a_listener_without_an_id_is_our_mistake(body: object) -> None:
    with pytest.raises(OurMistake, match="does not say who the listener is"):
        read_listener(body)


def test_a_search_keeps_readable_items_and_reports_the_others() -> None:
    body = {"tracks": {"items": [{}, TRACK, None]}, "artists": {"items": [{"name": "The Lanterns"}, "x", {"id": "a"}]}}
    assert read_search(body, ["track", "artist"]) == SearchPage(
        (LOW_TIDE,),
        (Artist("The Lanterns"),),
        ("track 1: the track has no name", "artist 2: not an object", "artist 3: the artist has no name"),
    )
    assert read_search(body, ["artist"]).tracks == ()
    nameless = {"tracks": {"items": [{**TRACK, "name": " "}]}}
    assert read_search(nameless, ["track"]) == SearchPage((), (), ("track 1: the track has no name",))
    assert read_search({"tracks": {"items": []}}, ["track"]) == SearchPage((), ())


@pytest.mark.parametrize("body", [None, [], {}, {"tracks": None}, {"tracks": []}, {"tracks": {"items": None}}])
def test_a_search_without_a_requested_kind_is_our_mistake(body: object) -> None:
    with pytest.raises(OurMistake) as mistake:
        read_search(body, ["track"])
    assert str(mistake.value) == "Spotify's search answer has no list of tracks; report this."


@given(JSON)
def test_any_json_can_be_read_as_a_page_without_a_crash(body: Any) -> None:
    """Reading gives a play or a sentence for each item, or OurMistake."""
    items = body.get("items") if isinstance(body, dict) else None
    try:
        page = read_recent(body)
    except OurMistake:
        assert not isinstance(items, list)
    else:
        assert isinstance(items, list)
        assert len(page.plays) + len(page.unreadable) + page.advertisements == len(items)
