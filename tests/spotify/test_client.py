"""Each endpoint sends the right request, reads the answer, and explains every refusal."""

from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from music import Album, Artist, Listener, Play, Track
from spotify.client import SpotifyClient
from spotify.errors import (
    Blocked,
    NotAvailable,
    NotFound,
    OurMistake,
    Reconnect,
    SpotifyError,
    TooLittle,
    TryLater,
    Unexplained,
)
from spotify.reading import RecentPage, Release, ReleasePage, SearchPage
from tests.spotify.scripted import NOW, MemoryQuota, Step, broken_off, refused, reply, scripted, whole

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
NO_REASON = "Spotify does not let this app serve this listener, and does not say why."


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
        ({"track": {"uri": None, "name": " "}, "played_at": "2026-11-20T10:00:00Z"},
         "item 1: the track has no name"),
    ],
)  # fmt: skip
def test_an_item_that_is_not_a_play_is_reported(item: Any, sentence: str) -> None:
    spotify = scripted(reply(200, {"items": [item]}))
    assert spotify.client().recently_played() == RecentPage((), (sentence,))


@pytest.mark.parametrize("body", [[], {}, {"items": None}, "text", {"items": {}}])
def test_an_answer_in_another_format_is_our_mistake(body: object) -> None:
    with pytest.raises(OurMistake):
        scripted(reply(200, body)).client().recently_played()


def test_a_listener_is_identified_by_the_id_that_never_changes() -> None:
    assert scripted(reply(200, {"account_id": "x", "id": "y", "display_name": "Al"})).client().me() == Listener(
        "x", "Al", "y"
    )
    assert scripted(reply(200, {"id": "y", "display_name": None})).client().me() == Listener("y", None, "y")
    with pytest.raises(OurMistake):
        scripted(reply(200, {"display_name": "Al"})).client().me()


def test_a_track_an_artist_and_a_search_are_requested_and_read() -> None:
    result = {"tracks": {"items": [FULL_TRACK, None]}}
    spotify = scripted(reply(200, FULL_TRACK), reply(200, {"id": "a", "name": "The Lanterns"}), reply(200, result))
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
    assert spotify.client(renews=["newer"]).me() == Listener("y", None, "y")
    assert [request.headers["authorization"] for request in spotify.requests] == ["Bearer token", "Bearer newer"]
    spotify = scripted(refused(401, "expired"), refused(401, "expired"))
    with pytest.raises(TryLater, match="its own new token at the moment"):
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
        (refused(403, "Insufficient client scope"), TooLittle, "Your consent does not cover this"),
        (refused(403, "Forbidden"), NotAvailable, NO_REASON),
        (reply(403, {"error": {"status": 403}}), NotAvailable, NO_REASON),
        (reply(403), NotAvailable, NO_REASON),
        (reply(403, ["odd"]), NotAvailable, NO_REASON),
        (reply(404, text="Not found"), NotAvailable, NO_REASON),
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


@pytest.mark.parametrize(
    "answer",
    [refused(403, "Forbidden"), reply(403, {"error": {"status": 403}}), reply(403), reply(404, text="Not found")],
)
def test_an_endpoint_refused_without_a_reason_is_reported_as_absent(answer: httpx.Response) -> None:
    with pytest.raises(NotAvailable) as refusal:
        scripted(answer).client().search("x")
    assert str(refusal.value) == (
        "This app has no access to /v1/search: Spotify no longer offers it to apps in Development Mode. Do without it, "
        "or use an app in Extended Quota Mode."
    )


HTML = '<html><head><meta name="viewport" content="scope"></head>Forbidden</html>'


@pytest.mark.parametrize(
    ("answer", "status"),
    [
        (refused(404, "Not found"), 404),
        (reply(404, text="Not found"), 404),
        (reply(404), 404),
        (refused(403, "Forbidden"), 403),
        (reply(403), 403),
        (reply(403, text=HTML), 403),
        (refused(403, "Your application is blocked from accessing the Web API"), 403),
    ],
)
def test_recently_played_is_retried_if_it_is_refused_without_a_reason(answer: httpx.Response, status: int) -> None:
    spotify = scripted(answer, reply(200, {"items": []}))
    client = spotify.client()
    with pytest.raises(Unexplained) as refusal:
        client.recently_played()
    assert str(refusal.value) == (
        f"Spotify refuses /v1/me/player/recently-played now and does not say why ({status}); the next run tries again. "
        "If it lasts, check in Spotify's dashboard whether the e-mail of the Spotify account is listed under User "
        "Management, and whether the app's owner has Premium."
    )
    assert client.recently_played().plays == ()


@pytest.mark.parametrize(
    "words",
    [
        "User not approved for app",
        "User not registered in the Developer Dashboard",
        "Check settings on developer.spotify.com/dashboard, the user may not be registered.",
        "The user is not on the app's allowlist",
        "user has not been added to the app",
        "Users must be on the allow list",
        "You are not authorized to use this app",
        "This user isn't approved",
        "Unregistered user",
    ],
)
@pytest.mark.parametrize("shape", ["text", "json", "odd json"])
@pytest.mark.parametrize("status", [403, 404])
def test_a_listener_not_on_the_allowlist_is_recognised_in_any_wording(words: str, shape: str, status: int) -> None:
    answers = {
        "text": reply(status, text=words), "json": refused(status, words), "odd json": reply(status, {"message": words})
    }  # fmt: skip
    for ask in (SpotifyClient.me, SpotifyClient.recently_played):
        with pytest.raises(NotAvailable, match="User Management in Spotify's dashboard") as refusal:
            ask(scripted(answers[shape]).client())
        assert str(refusal.value).startswith("This listener is not on the app's list")


def test_an_absent_endpoint_is_called_once_and_others_still_work() -> None:
    spotify = scripted(refused(403, "Forbidden"), reply(200, {"id": "y"}))
    client = spotify.client()
    for _ in range(3):
        with pytest.raises(NotAvailable):
            client.artist("a")
    assert client.me() == Listener("y", None, "y")
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
def test_temporary_refusals_are_not_remembered_as_absent(passing: httpx.Response) -> None:
    spotify = scripted(passing, reply(200, {"id": "a", "name": "The Lanterns"}))
    client = spotify.client()
    with pytest.raises(SpotifyError):
        client.artist("a")
    assert client.artist("a") == LANTERNS


def test_only_a_404_on_an_id_is_not_found() -> None:
    with pytest.raises(NotFound, match="Spotify has nothing with the id 'gone'"):
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
    assert client.me() == Listener("y", None, "y")
    assert len(spotify.requests) == 2
    assert spotify.slept == []


def test_an_expired_block_is_ignored() -> None:
    spotify = scripted(reply(200, {"id": "y"}))
    spotify.quota.block("me", NOW, "was")
    assert spotify.client().me() == Listener("y", None, "y")


def test_every_request_is_sent_exactly() -> None:
    spotify = scripted(
        reply(200, {"id": "y"}), reply(200, {"items": []}), reply(200, FULL_TRACK), reply(200, {"name": "A"}),
        reply(200, {"tracks": {"items": []}, "artists": {"items": []}}),
    )  # fmt: skip
    client = spotify.client()
    client.me()
    client.recently_played()
    client.track("1", "DE")
    client.artist("a")
    client.search('artist:"A & B" é', ["track", "artist"], limit=3, offset=1000)
    ours = {"accept": "application/json", "user-agent": "insight-for-spotify", "authorization": "Bearer token"}
    assert [whole(request) for request in spotify.requests] == [
        ("GET", f"https://api.spotify.com/v1/{rest}", ours, "")
        for rest in (
            "me",
            "me/player/recently-played?limit=50",
            "tracks/1?market=DE",
            "artists/a",
            "search?q=artist%3A%22A+%26+B%22+%C3%A9&type=track%2Cartist&limit=3&offset=1000",
        )
    ]
    assert spotify.quota.counted == ["me", "player", "tracks", "artists", "search"]


@pytest.mark.parametrize("spotify_id", ["", "../me", "a/b", "a?b", "a#b", "%2e%2e", "a b", "é", "a\n", "x" * 65])
def test_an_invalid_id_is_never_sent(spotify_id: str) -> None:
    spotify = scripted()
    for call in (lambda: spotify.client().artist(spotify_id), lambda: spotify.client().track(spotify_id, "DE")):
        with pytest.raises(OurMistake) as mistake:
            call()
        sentence = f"{spotify_id!r} is not a Spotify id: those have only letters and digits, usually 22."
        assert str(mistake.value) == sentence
    assert (spotify.requests, spotify.quota.counted) == ([], [])


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ({"limit": 11}, "A search takes a limit of 1 to 10 and an offset of 0 to 1000."),
        ({"limit": 0}, "A search takes a limit of 1 to 10 and an offset of 0 to 1000."),
        ({"offset": -1}, "A search takes a limit of 1 to 10 and an offset of 0 to 1000."),
        ({"offset": 1001}, "A search takes a limit of 1 to 10 and an offset of 0 to 1000."),
        ({"kinds": []}, "A search is for track and artist, not for nothing."),
        ({"kinds": ["track", "episode"]}, "A search is for track and artist, not for track, episode."),
    ],
)
def test_a_search_that_spotify_would_refuse_is_never_sent(arguments: dict[str, Any], sentence: str) -> None:
    spotify = scripted()
    with pytest.raises(OurMistake) as mistake:
        spotify.client().search("x", **arguments)
    assert str(mistake.value) == sentence
    assert spotify.requests == []


@pytest.mark.parametrize(
    ("steps", "count"),
    [
        ([reply(503), reply(429, retry_after="1"), reply(200, {"id": "y"})], 3),
        ([httpx.ConnectError("down"), reply(200, {"id": "y"})], 1),
        ([broken_off(), reply(200, {"id": "y"})], 2),
        ([refused(401, "expired"), reply(200, {"id": "y"})], 2),
    ],
)
def test_each_sent_request_counts_against_the_quota(steps: list[Step], count: int) -> None:
    spotify = scripted(*steps)
    assert spotify.client(renews=["newer"]).me() == Listener("y", None, "y")
    assert spotify.quota.counted == ["me"] * count


def test_a_blocked_group_is_not_called() -> None:
    spotify = scripted()
    spotify.quota.block("me", NOW + timedelta(seconds=1), "was")
    with pytest.raises(Blocked) as refusal:
        spotify.client().me()
    assert str(refusal.value) == (
        "Spotify accepts no more calls for me until 2026-11-20 12:00 UTC (as it said earlier); it continues "
        "by itself then."
    )
    assert (refusal.value.endpoint_group, refusal.value.until) == ("me", NOW + timedelta(seconds=1))
    assert (spotify.requests, spotify.quota.counted) == ([], [])


def test_a_block_received_by_one_client_applies_to_the_next() -> None:
    quota = MemoryQuota()
    first, second = scripted(reply(429, retry_after="3600")), scripted()
    first.quota = second.quota = quota
    for spotify in (first, second):
        with pytest.raises(Blocked):
            spotify.client().recently_played()
    assert quota.blocks == {"player": (NOW + timedelta(hours=1), "too many requests")}
    assert (len(first.requests), len(second.requests)) == (1, 0)


@pytest.mark.parametrize(
    ("answer", "until"),
    [
        (reply(429), NOW + timedelta(minutes=5)),
        (reply(429, retry_after="soon"), NOW + timedelta(minutes=5)),
        (reply(429, retry_after="9" * 30), NOW + timedelta(minutes=5)),
    ],
)
def test_a_rate_limit_without_a_time_blocks_nothing(answer: httpx.Response, until: datetime) -> None:
    spotify = scripted(answer)
    with pytest.raises(TryLater) as refusal:
        spotify.client().me()
    assert (type(refusal.value), refusal.value.until) == (TryLater, until)
    assert spotify.quota.blocks == {}


def test_a_lasting_short_rate_limit_is_left_to_the_next_run() -> None:
    spotify = scripted(*[reply(429, retry_after="30")] * 3)
    with pytest.raises(TryLater) as refusal:
        spotify.client().me()
    assert (type(refusal.value), refusal.value.until) == (TryLater, NOW + timedelta(seconds=30))
    assert (spotify.slept, spotify.quota.blocks) == ([31, 31], {})


def test_a_token_that_nobody_can_renew_needs_the_listener() -> None:
    spotify = scripted(refused(401, "expired"))
    with pytest.raises(Reconnect) as refusal:
        spotify.client().me()
    assert str(refusal.value) == "Spotify rejected the token: connect again."
    assert len(spotify.requests) == 1


def test_refusals_of_a_renewed_token_are_reported_as_usual() -> None:
    spotify = scripted(refused(401, "expired"), refused(403, "Insufficient client scope"))
    with pytest.raises(Reconnect, match="does not cover this"):
        spotify.client(renews=["newer"]).me()
    spotify = scripted(refused(401, "expired"), reply(429, retry_after="3600"))
    with pytest.raises(Blocked):
        spotify.client(renews=["newer"]).me()
    assert set(spotify.quota.blocks) == {"me"}


def test_an_endpoint_that_is_absent_is_absent_for_every_id() -> None:
    spotify = scripted(refused(403, "Forbidden"))
    client = spotify.client()
    for spotify_id in ("a", "b"):
        with pytest.raises(NotAvailable) as refusal:
            client.artist(spotify_id)
        assert type(refusal.value) is NotAvailable
        assert str(refusal.value) == (
            "This app has no access to /v1/artists/{id}: Spotify no longer offers it to apps in Development Mode. Do "
            "without it, or use an app in Extended Quota Mode."
        )
    assert len(spotify.requests) == 1


def test_failures_of_spotify_are_not_remembered() -> None:
    spotify = scripted(*[reply(503)] * 4, reply(501), reply(200, {"id": "a", "name": "The Lanterns"}))
    client = spotify.client()
    for _ in range(2):
        with pytest.raises(TryLater):
            client.artist("a")
    assert client.artist("a") == LANTERNS


def test_spotifys_words_are_quoted_only_as_far_as_they_can_be_stored() -> None:
    body = b'{"error": {"status": 400, "message": "Invalid\\u0000 limit\\ud800\\n"}}'
    with pytest.raises(OurMistake) as mistake:
        scripted(httpx.Response(400, content=body)).client().me()
    assert str(mistake.value) == "Spotify refused /v1/me (400 Invalid limit); report this."


@pytest.mark.parametrize("text", ["<html>Sign in to the Wi-Fi</html>", "", "{", "[" * 200_000])
def test_an_answer_that_is_not_json_is_our_mistake(text: str) -> None:
    with pytest.raises(OurMistake, match="not a list of plays"):
        scripted(reply(200, text=text)).client().recently_played()


def test_each_absent_endpoint_is_remembered_separately() -> None:
    spotify = scripted(refused(403, "Forbidden"), refused(404, "Not Found"))
    client = spotify.client()
    for _ in range(2):
        with pytest.raises(NotAvailable, match="has no access to /v1/artists/"):
            client.artist("a")
        with pytest.raises(NotAvailable, match="has no access to /v1/search"):
            client.search("x")
    assert len(spotify.requests) == 2


def track_of_album(number: int) -> dict[str, Any]:
    return {"id": f"t{number}", "name": f"Part {number}", "artists": [{"id": "a", "name": "The Lanterns"}],
            "track_number": number}  # fmt: skip


def test_an_artists_albums_are_asked_for_ten_at_a_time() -> None:
    items = [
        {"id": "b", "name": "Tidewater", "album_type": "album", "release_date": "1999-05"},
        None,
        {"id": "c", "name": "Low Tide", "album_type": "single"},
        {"id": "d", "name": "Odd", "album_type": "ep"},
        {"id": "e", "name": None},
    ]
    spotify = scripted(reply(200, {"items": items, "total": 23}), reply(200, {"items": [], "total": "many"}))
    client = spotify.client()
    assert client.artist_albums("a") == ReleasePage(
        (
            Release(Album("Tidewater", (), "b", "1999-05"), "album"),
            Release(Album("Low Tide", (), "c"), "single"),
            Release(Album("Odd", (), "d"), "album"),
        ),
        23,
        ("album 4: the album has no name",),
    )
    assert client.artist_albums("a", ("compilation",), 5, 20) == ReleasePage((), 0)
    assert [request.url.raw_path.decode() for request in spotify.requests] == [
        "/v1/artists/a/albums?include_groups=album%2Csingle&limit=10&offset=0",
        "/v1/artists/a/albums?include_groups=compilation&limit=5&offset=20",
    ]
    assert spotify.quota.counted == ["artists", "artists"]


def test_a_long_album_is_read_completely_and_its_tracks_name_it() -> None:
    first, rest = [track_of_album(number) for number in range(1, 51)], [track_of_album(51), {"id": "x"}]
    album = {"id": "b", "name": "Tidewater", "tracks": {"items": first, "total": 52}}
    spotify = scripted(reply(200, album), reply(200, {"items": rest, "total": 52}))
    page = spotify.client().album("b", market="DE")
    tidewater = Album("Tidewater", (), "b")
    assert (page.album, page.total, page.unreadable) == (tidewater, 52, ("track 2: the track has no name",))
    assert page.tracks == tuple(
        Track(f"Part {number}", (LANTERNS,), tidewater, f"spotify:track:t{number}") for number in range(1, 52)
    )
    assert [request.url.raw_path.decode() for request in spotify.requests] == [
        "/v1/albums/b?market=DE",
        "/v1/albums/b/tracks?market=DE&limit=50&offset=50",
    ]


def test_an_album_with_fewer_tracks_than_its_total_is_read_without_looping() -> None:
    album = {"id": "b", "name": "Tidewater", "tracks": {"items": [track_of_album(1)], "total": 2**31}}
    spotify = scripted(reply(200, album), reply(200, {"items": []}))
    assert len(spotify.client().album("b").tracks) == 1
    assert len(spotify.requests) == 2


@pytest.mark.parametrize("body", [{}, {"name": "x"}, {"name": "x", "tracks": []}, {"tracks": {"items": []}}, []])
def test_an_album_in_another_format_is_our_mistake(body: object) -> None:
    with pytest.raises(OurMistake):
        scripted(reply(200, body)).client().album("b")


@pytest.mark.parametrize("body", [{}, {"items": None}, []])
def test_a_list_of_albums_in_another_format_is_our_mistake(body: object) -> None:
    with pytest.raises(OurMistake):
        scripted(reply(200, body)).client().artist_albums("a")


@pytest.mark.parametrize(
    "ask",
    [
        lambda client: client.artist_albums("a", limit=11),
        lambda client: client.artist_albums("a", limit=0),
        lambda client: client.artist_albums("a", offset=-1),
        lambda client: client.artist_albums("../me"),
        lambda client: client.album("b?x=1"),
        lambda client: client.recommendations(),
        lambda client: client.recommendations(["a"] * 3, ["g"], ["t"] * 2),
        lambda client: client.recommendations(["a"], limit=101),
    ],
    ids=["11 albums", "none", "before the first", "a path", "a query", "no seeds", "six seeds", "101 tracks"],
)
def test_requests_that_spotify_would_refuse_are_not_sent(ask: Any) -> None:
    spotify = scripted()
    with pytest.raises(OurMistake):
        ask(spotify.client())
    assert spotify.requests == []


def test_recommendations_are_requested_with_seeds() -> None:
    spotify = scripted(reply(200, {"tracks": [FULL_TRACK, None, {"id": "9"}], "seeds": []}))
    assert spotify.client().recommendations(["a", "b"], ["sea shanty"], ["1"], limit=20) == (TRACK,)
    assert [request.url.raw_path.decode() for request in spotify.requests] == [
        "/v1/recommendations?seed_artists=a%2Cb&seed_genres=sea+shanty&seed_tracks=1&limit=20"
    ]
    assert spotify.quota.counted == ["recommendations"]


@pytest.mark.parametrize("answer", [refused(404, "Not Found"), refused(403, "Forbidden"), reply(404)])
def test_an_app_without_recommendations_asks_for_them_once(answer: httpx.Response) -> None:
    spotify = scripted(answer)
    client = spotify.client()
    for _ in range(2):
        with pytest.raises(NotAvailable, match="This app has no access to /v1/recommendations"):
            client.recommendations(["a"])
    assert len(spotify.requests) == 1
