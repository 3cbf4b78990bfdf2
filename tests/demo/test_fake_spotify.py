"""The simulated Spotify refuses the same requests as the real one."""

import json
import urllib.error
import urllib.request
from base64 import b64encode
from dataclasses import replace
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

import pytest

from demo.discography import Discographies
from demo.fake_spotify import FakeSpotify
from demo.fake_wire import Answer
from demo.household import fake_household, household
from demo.server import serving
from spotify.oauth import App, new_consent, read_callback
from tests.fake import CATALOGUE, NOON, REDIRECT_URI, Clock, play

APP = App("fake-client", "fake-secret", REDIRECT_URI)
API = "https://api.spotify.com"


@pytest.fixture
def fake() -> FakeSpotify:
    fake = FakeSpotify(CATALOGUE, Clock())
    fake.add_listener("alice", [play(minutes, minutes % 9) for minutes in range(60)])
    return fake


def get(fake: FakeSpotify, path: str, token: str = "") -> Answer:
    return fake.answer("GET", API + path, {"Authorization": f"Bearer {token}"} if token else {}, b"")


def body(answer: Answer) -> Any:
    return json.loads(answer.body)


def ask_for_tokens(fake: FakeSpotify, **form: str) -> tuple[int, Any]:
    form = {"client_id": "fake-client", **form}
    answer = fake.answer("POST", "https://accounts.spotify.com/api/token", {}, urlencode(form).encode())
    return answer.status, body(answer)


def connect(fake: FakeSpotify, name: str = "alice") -> dict[str, str]:
    consent = new_consent(APP)
    code = read_callback(fake.consent(consent.url, name), consent.state)
    exchange = {"grant_type": "authorization_code", "code": code, "redirect_uri": REDIRECT_URI}
    status, tokens = ask_for_tokens(fake, **exchange, code_verifier=consent.verifier)
    assert status == 200
    return dict(tokens)


def test_recently_played_shows_the_fifty_newest_and_no_more(fake: FakeSpotify) -> None:
    token = connect(fake)["access_token"]
    page = body(get(fake, "/v1/me/player/recently-played?limit=50", token))
    assert [item["played_at"] for item in page["items"]] == [
        f"{NOON - timedelta(minutes=minutes):%Y-%m-%dT%H:%M:%S}.000Z" for minutes in range(50)
    ]
    further = body(get(fake, f"/v1/me/player/recently-played?before={page['cursors']['before']}&limit=50", token))
    assert (further["items"], further["next"], further["cursors"]) == ([], None, None)
    newer = body(get(fake, f"/v1/me/player/recently-played?after={int(NOON.timestamp() * 1000) - 60_001}", token))
    assert len(newer["items"]) == 2
    assert len(body(get(fake, "/v1/me/player/recently-played", token))["items"]) == 20


def test_a_play_may_appear_long_after_it_ended(fake: FakeSpotify) -> None:
    fake.add_listener("bob", [play(300, late=301)])
    token = connect(fake, "bob")["access_token"]
    assert body(get(fake, "/v1/me/player/recently-played", token))["items"] == []
    assert isinstance(fake.clock, Clock)
    fake.clock.forward(minutes=1)
    assert len(body(get(fake, "/v1/me/player/recently-played", token))["items"]) == 1


def test_a_play_may_vanish_for_a_while(fake: FakeSpotify) -> None:
    vanishing = replace(play(1, 1), away=(NOON + timedelta(hours=1), NOON + timedelta(hours=2)))
    fake.add_listener("alice", [play(10, 2), vanishing])
    assert isinstance(fake.clock, Clock)
    counts = []
    for hours in (0, 0.9, 0.2, 0.8, 0.2):
        fake.clock.forward(hours=hours)
        token = connect(fake)["access_token"]
        counts.append(len(body(get(fake, "/v1/me/player/recently-played", token))["items"]))
    assert counts == [2, 2, 1, 1, 2]


@pytest.mark.parametrize(
    ("path", "status", "message"),
    [
        ("/v1/me/player/recently-played?limit=51", 400, "Invalid limit"),
        ("/v1/me/player/recently-played?limit=0", 400, "Invalid limit"),
        ("/v1/me/player/recently-played?after=1&before=2", 400, "Only one of after and before is allowed"),
        ("/v1/search?q=x&type=track&limit=11", 400, "Invalid limit"),
        ("/v1/tracks?ids=1,2", 403, "Forbidden"),
        ("/v1/artists?ids=1,2", 403, "Forbidden"),
        ("/v1/artists/1/related-artists", 403, "Forbidden"),
        ("/v1/recommendations?seed_tracks=1", 404, "Not Found"),
        ("/v1/audio-features?ids=1", 403, None),
        (f"/v1/artists/{CATALOGUE.artists[0].spotify_id}/albums?limit=11", 400, "Invalid limit"),
        (f"/v1/artists/{CATALOGUE.artists[0].spotify_id}/top-tracks", 403, "Forbidden"),
        ("/v1/artists/unknown/albums", 404, "Resource not found"),
        ("/v1/albums/unknown", 404, "Resource not found"),
        ("/v1/albums/unknown/tracks", 404, "Resource not found"),
        ("/v1/albums?ids=1,2", 403, "Forbidden"),
        ("/v1/tracks/unknown", 404, "Resource not found"),
        ("/v1/artists/unknown", 404, "Resource not found"),
        ("/v1/nothing", 404, "Not Found"),
    ],
)
def test_endpoints_that_are_refused_in_development_mode(
    fake: FakeSpotify, path: str, status: int, message: str | None
) -> None:
    answer = get(fake, path, connect(fake)["access_token"])
    expected: dict[str, object] = {"status": status} if message is None else {"status": status, "message": message}
    assert (answer.status, body(answer)) == (status, {"error": expected})


def test_tokens_expire(fake: FakeSpotify) -> None:
    tokens = connect(fake)
    assert isinstance(fake.clock, Clock)
    fake.clock.forward(hours=1)
    answer = get(fake, "/v1/me", tokens["access_token"])
    assert (answer.status, answer.headers["www-authenticate"]) == (401, 'Bearer realm="spotify", error="invalid_token"')
    assert get(fake, "/v1/me").headers["www-authenticate"] == 'Bearer realm="spotify", error="missing_token"'
    status, renewed = ask_for_tokens(fake, grant_type="refresh_token", refresh_token=tokens["refresh_token"])
    assert (status, "refresh_token" in renewed) == (200, False)
    assert get(fake, "/v1/me", renewed["access_token"]).status == 200
    fake.clock.now = NOON.replace(year=2027, month=5) - timedelta(seconds=1)
    assert ask_for_tokens(fake, grant_type="refresh_token", refresh_token=tokens["refresh_token"])[0] == 200
    fake.clock.forward(seconds=1)
    refused = (400, {"error": "invalid_grant", "error_description": "Refresh token revoked"})
    assert ask_for_tokens(fake, grant_type="refresh_token", refresh_token=tokens["refresh_token"]) == refused
    tokens = connect(fake)
    fake.revoke("alice")
    assert ask_for_tokens(fake, grant_type="refresh_token", refresh_token=tokens["refresh_token"]) == refused


@pytest.mark.parametrize(
    ("change", "description"),
    [
        ({"code": "made up"}, "Invalid authorization code"),
        ({"code_verifier": "wrong"}, "code_verifier was incorrect"),
        ({"redirect_uri": REDIRECT_URI + "/"}, "Invalid redirect URI"),
    ],
)
def test_a_wrong_exchange_is_refused(fake: FakeSpotify, change: dict[str, str], description: str) -> None:
    consent = new_consent(APP)
    code = read_callback(fake.consent(consent.url, "alice"), consent.state)
    form = {"code": code, "redirect_uri": REDIRECT_URI, "code_verifier": consent.verifier, **change}
    refused = (400, {"error": "invalid_grant", "error_description": description})
    assert ask_for_tokens(fake, grant_type="authorization_code", **form) == refused


def test_a_code_works_once_and_for_ten_minutes(fake: FakeSpotify) -> None:
    consent = new_consent(APP)
    code = read_callback(fake.consent(consent.url, "alice"), consent.state)
    form = {"grant_type": "authorization_code", "code": code, "redirect_uri": REDIRECT_URI}
    assert ask_for_tokens(fake, **form, code_verifier=consent.verifier)[0] == 200
    assert ask_for_tokens(fake, **form, code_verifier=consent.verifier)[1]["error_description"] == (
        "Invalid authorization code"
    )
    form["code"] = read_callback(fake.consent(consent.url, "alice"), consent.state)
    assert isinstance(fake.clock, Clock)
    fake.clock.forward(minutes=10)
    assert ask_for_tokens(fake, **form, code_verifier=consent.verifier)[1]["error_description"] == (
        "Authorization code expired"
    )


def test_a_listener_not_on_the_allowlist_can_still_sign_in(fake: FakeSpotify) -> None:
    fake.add_listener("mallory", allowlisted=False)
    answer = get(fake, "/v1/me", connect(fake, "mallory")["access_token"])
    assert (answer.status, answer.body) == (403, b"User not registered in the Developer Dashboard")
    fake.owner_has_premium = False
    answer = get(fake, "/v1/me", connect(fake)["access_token"])
    assert body(answer)["error"]["message"].startswith("Active premium subscription required")


def test_the_apps_own_token_has_no_listener(fake: FakeSpotify) -> None:
    refused = (400, {"error": "invalid_client", "error_description": "Invalid client"})
    assert ask_for_tokens(fake, grant_type="client_credentials") == refused


@pytest.mark.parametrize(
    ("login", "description"),
    [
        ("other:fake-secret", "Invalid client"),
        ("fake-client:other", "Invalid client secret"),
        ("fake-client:fake-secret", None),
    ],
)
def test_an_app_is_identified_by_its_id_and_its_secret(fake: FakeSpotify, login: str, description: str | None) -> None:
    headers = {"Authorization": "Basic " + b64encode(login.encode()).decode()}
    answer = fake.answer("POST", "https://accounts.spotify.com/api/token", headers, b"grant_type=client_credentials")
    assert (answer.status, body(answer).get("error_description")) == (400 if description else 200, description)


def test_answers_have_the_date_of_the_simulated_clock(fake: FakeSpotify) -> None:
    assert get(fake, "/v1/me").headers["date"] == "Fri, 20 Nov 2026 12:00:00 GMT"
    with serving(fake) as address, pytest.raises(urllib.error.HTTPError) as refusal:
        urllib.request.urlopen(f"{address}/v1/me", timeout=120)
    assert refusal.value.headers.get_all("date") == ["Fri, 20 Nov 2026 12:00:00 GMT"]
    refusal.value.close()


def test_the_simulated_spotify_is_served_over_http_with_its_consent_page(fake: FakeSpotify) -> None:
    with serving(fake) as address:
        consent = new_consent(App(APP.client_id, None, REDIRECT_URI, accounts_url=address))
        page = urllib.request.urlopen(consent.url, timeout=120).read().decode()
        assert "Agree as alice" in page
        assert f"error=access_denied&amp;state={consent.state}" in page
        with pytest.raises(urllib.error.HTTPError) as refusal:
            urllib.request.urlopen(consent.url.replace("fake-client", "other"), timeout=120)
        assert (refusal.value.code, refusal.value.read()) == (400, b"INVALID_CLIENT: Invalid client")
        refusal.value.close()


def test_the_household_keeps_listening() -> None:
    members, clock = household(), Clock()
    fake = fake_household(members, REDIRECT_URI, clock)
    assert list(fake.listeners) == ["alice", "bob", "carol", "dave", "erin", "frank"]
    token = connect(fake)["access_token"]
    before = body(get(fake, "/v1/me/player/recently-played?limit=50", token))["items"]
    clock.forward(days=3)
    token = connect(fake)["access_token"]
    after = body(get(fake, "/v1/me/player/recently-played?limit=50", token))["items"]
    assert len(before) == len(after) == 50
    assert after[0]["played_at"] > before[0]["played_at"]


ARTIST = CATALOGUE.artists[0]
DISCOGRAPHY = Discographies(CATALOGUE).of(ARTIST, NOON.date())


def test_an_artists_albums_come_kind_by_kind_and_five_at_a_time(fake: FakeSpotify) -> None:
    token = connect(fake)["access_token"]
    path = f"/v1/artists/{ARTIST.spotify_id}/albums"
    page = body(get(fake, f"{path}?include_groups=album,single", token))
    expected = [one for kind in ("album", "single") for one in DISCOGRAPHY if one.kind == kind]
    assert (page["limit"], page["total"], page["offset"]) == (5, len(expected), 0)
    assert [(item["id"], item["album_type"], item["release_date"], item["total_tracks"]) for item in page["items"]] == [
        (one.album.spotify_id, one.kind, one.album.release_date, len(one.tracks)) for one in expected[:5]
    ]
    further = body(get(fake, f"{path}?limit=1&offset=1", token))
    assert [item["id"] for item in further["items"]] == [one.album.spotify_id for one in expected[1:2]]
    assert body(get(fake, f"{path}?include_groups=compilation", token))["items"] == []


def test_an_album_contains_its_tracks_without_the_album_in_them(fake: FakeSpotify) -> None:
    token, one = connect(fake)["access_token"], DISCOGRAPHY[0]
    album = body(get(fake, f"/v1/albums/{one.album.spotify_id}", token))
    assert (album["uri"], album["name"]) == (f"spotify:album:{one.album.spotify_id}", one.album.name)
    assert [(item["uri"], item["track_number"], "album" in item) for item in album["tracks"]["items"]] == [
        (track.uri, number, False) for number, track in enumerate(one.tracks, start=1)
    ]
    assert body(get(fake, f"/v1/albums/{one.album.spotify_id}/tracks?limit=50", token)) == album["tracks"]


def test_a_search_for_an_artist_finds_its_tracks_and_itself(fake: FakeSpotify) -> None:
    token = connect(fake)["access_token"]
    query = urlencode({"q": f'artist:"{ARTIST.name}"', "type": "track,artist", "limit": 10})
    answer = body(get(fake, f"/v1/search?{query}", token))
    best = Discographies(CATALOGUE).best_known(ARTIST, NOON.date())
    assert [item["uri"] for item in answer["tracks"]["items"]] == [track.uri for track in best[:10]]
    assert [item["id"] for item in answer["artists"]["items"]] == [ARTIST.spotify_id]
    nothing = body(get(fake, "/v1/search?q=artist%3A%22nobody%22&type=track", token))
    assert (nothing["tracks"]["items"], nothing["tracks"]["total"]) == ([], 0)


def test_an_app_in_extended_quota_mode_has_recommendations() -> None:
    fake = FakeSpotify(CATALOGUE, Clock(), extended_quota=True)
    fake.add_listener("alice")
    token = connect(fake)["access_token"]
    query = f"/v1/recommendations?seed_artists={ARTIST.spotify_id}&limit=7"
    answer = body(get(fake, query, token))["tracks"]
    assert len(answer) == 7
    assert {item["artists"][0]["name"] for item in answer} <= {artist.name for artist in CATALOGUE.unheard}
    assert body(get(fake, query, token))["tracks"] == answer
    for wrong in ("limit=7", "seed_artists=1,2,3&seed_tracks=4,5,6"):
        assert get(fake, f"/v1/recommendations?{wrong}", token).status == 400
