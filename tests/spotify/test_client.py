"""The endpoints: what is sent, what is understood, and what every refusal means."""

from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from music import Album, Artist, Listener, Play, Track
from spotify.errors import Blocked, NotAvailable, NotFound, OurMistake, Reconnect, SpotifyError, TryLater
from spotify.reading import RecentPage, SearchPage
from tests.spotify.scripted import NOW, refused, reply, scripted

SPARSE_TRACK = {"name": "Low Tide", "uri": "spotify:track:1"}
FULL_TRACK = {
    "id": "1",
    "uri": "spotify:track:1",
    "name": "Low\x00 Tide",
    "artists": [{"id": "a", "name": "The Lanterns"}, {"name": "Nobody"}, {"id": "no name"}],
    "album": {
        "id": "b",
        "name": "Tidewater",
        "artists": [{"id": "a", "name": "The Lanterns"}],
        "release_date": "1999-05",
        "images": [{"url": "https://i.scdn.co/image/1", "height": 640, "width": 640}],
    },
    "duration_ms": 201000,
    "external_ids": {"isrc": "QZABC1234567"},
    "a_field_of_tomorrow": {},
}
LANTERNS = Artist("The Lanterns", "a")
TRACK = Track(
    "Low Tide",
    (LANTERNS, Artist("Nobody")),
    Album("Tidewater", (LANTERNS,), "b", "1999-05", "https://i.scdn.co/image/1"),
    "spotify:track:1",
    201000,
    "QZABC1234567",
)


def test_recently_played_asks_for_the_whole_page_and_reads_it() -> None:
    items = [
        {"track": FULL_TRACK, "played_at": "2026-11-20T11:00:00.123Z", "context": {"uri": "spotify:album:b"}},
        {"track": SPARSE_TRACK, "played_at": "2026-11-20T10:00:00Z", "context": None},
        {"track": {**SPARSE_TRACK, "album": None, "artists": None, "external_ids": None, "duration_ms": "x"},
         "played_at": "2026-11-20T09:00:00.5+00:00"},
        {"track": {"id": "9", "name": "No URI"}, "played_at": "2026-11-20T08:00:00.000Z"},
        {"track": {"id": None, "uri": "spotify:local:A:B:C:1", "name": "C"}, "played_at": "2026-11-20T07:00:00Z"},
    ]  # fmt: skip
    spotify = scripted(reply(200, {"items": items, "next": None, "cursors": None}))
    assert spotify.client().recently_played() == RecentPage(
        (
            Play(datetime(2026, 11, 20, 11, 0, 0, 123000, UTC), TRACK, "spotify:album:b"),
            Play(datetime(2026, 11, 20, 10, tzinfo=UTC), Track("Low Tide", (), uri="spotify:track:1")),
            Play(datetime(2026, 11, 20, 9, 0, 0, 500000, UTC), Track("Low Tide", (), uri="spotify:track:1")),
            Play(datetime(2026, 11, 20, 8, tzinfo=UTC), Track("No URI", (), uri="spotify:track:9")),
            Play(datetime(2026, 11, 20, 7, tzinfo=UTC), Track("C", (), uri="spotify:local:A:B:C:1")),
        ),
        (),
    )
    (request,) = spotify.requests
    assert (request.method, str(request.url), request.headers["authorization"]) == (
        "GET", "https://api.spotify.com/v1/me/player/recently-played?limit=50", "Bearer token",
    )  # fmt: skip
    assert spotify.quota.counted == ["player"]


@pytest.mark.parametrize(
    ("item", "sentence"),
    [
        (None, "item 1: not an object"),
        ({"played_at": "2026-11-20T10:00:00Z"}, "item 1: without a track"),
        ({"track": SPARSE_TRACK}, "item 1: `played_at` is not a time"),
        ({"track": SPARSE_TRACK, "played_at": 7}, "item 1: `played_at` is not a time"),
        ({"track": SPARSE_TRACK, "played_at": "2026-11-20T10:00:00"}, "item 1: `played_at` has no time zone"),
        ({"track": {"uri": "spotify:track:1"}, "played_at": "2026-11-20T10:00:00Z"},
         "item 1: the track has no name"),
    ],
)  # fmt: skip
def test_an_item_that_is_no_play_is_said(item: Any, sentence: str) -> None:
    spotify = scripted(reply(200, {"items": [item]}))
    assert spotify.client().recently_played() == RecentPage((), (sentence,))


@pytest.mark.parametrize("body", [[], {}, {"items": None}, "text", {"items": {}}])
def test_an_answer_of_another_shape_is_our_mistake(body: object) -> None:
    with pytest.raises(OurMistake):
        scripted(reply(200, body)).client().recently_played()


def test_who_has_connected_is_known_by_what_never_changes() -> None:
    assert scripted(reply(200, {"account_id": "x", "id": "y", "display_name": "Al"})).client().me() == Listener(
        "x", "Al"
    )
    assert scripted(reply(200, {"id": "y", "display_name": None})).client().me() == Listener("y")
    with pytest.raises(OurMistake):
        scripted(reply(200, {"display_name": "Al"})).client().me()


def test_a_track_an_artist_and_a_search() -> None:
    found = {"tracks": {"items": [FULL_TRACK, None]}}
    spotify = scripted(reply(200, FULL_TRACK), reply(200, {"id": "a", "name": "The Lanterns"}), reply(200, found))
    client = spotify.client()
    assert client.track("1", market="DE") == TRACK
    assert client.artist("a") == LANTERNS
    assert client.search("isrc:QZABC1234567") == SearchPage((TRACK,), ())
    assert [request.url.raw_path.decode() for request in spotify.requests] == [
        "/v1/tracks/1?market=DE",
        "/v1/artists/a",
        "/v1/search?q=isrc%3AQZABC1234567&type=track&limit=10&offset=0",
    ]
    assert spotify.quota.counted == ["tracks", "artists", "search"]


def test_an_expired_token_is_renewed_once() -> None:
    spotify = scripted(refused(401, "expired"), reply(200, {"id": "y"}))
    assert spotify.client(renews=["newer"]).me() == Listener("y")
    assert [request.headers["authorization"] for request in spotify.requests] == ["Bearer token", "Bearer newer"]
    spotify = scripted(refused(401, "expired"), refused(401, "expired"))
    with pytest.raises(Reconnect, match="connect again"):
        spotify.client(renews=["newer"]).me()
    assert len(spotify.requests) == 2


@pytest.mark.parametrize(
    ("answer", "kind", "start"),
    [
        (refused(403, "Active premium subscription required for the owner of the app."), NotAvailable,
         "Spotify serves this app only while its owner has Premium"),
        (reply(403, text="User not registered in the Developer Dashboard"), NotAvailable,
         "This listener is not on the app's list"),
        (refused(403, "User not registered in the Developer Dashboard"), NotAvailable,
         "This listener is not on the app's list"),
        (refused(403, "Insufficient client scope"), Reconnect, "The consent given does not cover this"),
        (refused(403, "Forbidden"), NotAvailable, "This app does not have /v1/me"),
        (reply(403, {"error": {"status": 403}}), NotAvailable, "This app does not have /v1/me"),
        (reply(403), NotAvailable, "This app does not have /v1/me"),
        (reply(403, ["odd"]), NotAvailable, "This app does not have /v1/me"),
        (reply(404, text="Not found"), NotAvailable, "This app does not have /v1/me"),
        (refused(400, "Invalid limit"), OurMistake, "Spotify refused /v1/me (400 Invalid limit)"),
        (reply(429), TryLater, "Spotify is busy (429)"),
    ],
)  # fmt: skip
def test_every_refusal_says_what_to_do(answer: httpx.Response, kind: type[SpotifyError], start: str) -> None:
    spotify = scripted(answer)
    with pytest.raises(SpotifyError) as refusal:
        spotify.client().me()
    assert type(refusal.value) is kind
    assert str(refusal.value).startswith(start)


def test_an_absent_endpoint_is_asked_once_and_others_go_on() -> None:
    spotify = scripted(refused(403, "Forbidden"), reply(200, {"id": "y"}))
    client = spotify.client()
    for _ in range(3):
        with pytest.raises(NotAvailable):
            client.artist("a")
    assert client.me() == Listener("y")
    assert len(spotify.requests) == 2


@pytest.mark.parametrize(
    "passing",
    [
        refused(403, "Active premium subscription required"),
        reply(403, text="User not registered in the Developer Dashboard"),
        reply(429),
        refused(404, "Resource not found"),
    ],
)
def test_nothing_that_passes_is_remembered_as_absent(passing: httpx.Response) -> None:
    spotify = scripted(passing, reply(200, {"id": "a", "name": "The Lanterns"}))
    client = spotify.client()
    with pytest.raises(SpotifyError):
        client.artist("a")
    assert client.artist("a") == LANTERNS


def test_only_a_404_on_an_id_is_not_found() -> None:
    with pytest.raises(NotFound, match="Spotify has nothing under 'gone'"):
        scripted(refused(404, "Resource not found")).client().track("gone", market="DE")


@pytest.mark.parametrize(
    ("answer", "until", "reason"),
    [
        (reply(429, {"error": {"reason": "QUOTA_EXCEEDED"}}, retry_after="74214"), timedelta(seconds=74214),
         "the app's quota is used up"),
        (reply(429, {"error": {"reason": "QUOTA_EXCEEDED"}}), timedelta(days=1), "the app's quota is used up"),
        (reply(429, text="Too many requests", retry_after="3600"), timedelta(hours=1), "too many requests"),
    ],
)  # fmt: skip
def test_a_long_wait_blocks_its_group_and_no_other(answer: httpx.Response, until: timedelta, reason: str) -> None:
    spotify = scripted(answer, reply(200, {"id": "y"}))
    client = spotify.client()
    with pytest.raises(Blocked) as refusal:
        client.track("1", market="DE")
    assert (refusal.value.endpoint_group, refusal.value.until, refusal.value.reason) == ("tracks", NOW + until, reason)
    assert spotify.quota.blocks == {"tracks": (NOW + until, reason)}
    with pytest.raises(Blocked):
        client.track("2", market="DE")
    assert client.me() == Listener("y")
    assert len(spotify.requests) == 2
    assert spotify.slept == []


def test_a_block_that_is_over_is_no_block() -> None:
    spotify = scripted(reply(200, {"id": "y"}))
    spotify.quota.block("me", NOW, "was")
    assert spotify.client().me() == Listener("y")
