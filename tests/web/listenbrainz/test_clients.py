"""Requests of ListenBrainz clients are answered as these expect; they were written by hand from the clients' source.

docs/scrobbling.md names the programs and their versions.
"""

import json
from typing import Any

from httpx2 import Response
from starlette.testclient import TestClient

from tests.web import seed
from tests.web.listenbrainz.playing import BEGAN, SUBMIT, played, token_of

VALIDATE = "/1/validate-token"
LINK = "https://open.spotify.com/track/4uLU6hMCjMI75M1A2tKUQC"


def headers(*scopes: str, word: str = "Token", **more: str) -> dict[str, str]:
    token = token_of(seed.account(visibility="private"), *(scopes or ("submit", "read")))
    return {"Authorization": token["Authorization"].replace("Token", word), **more}


def is_ok(answer: Response) -> bool:
    """Whether a submission succeeded: every client looks at this and nothing else."""
    return answer.status_code == 200 and answer.json()["status"] == "ok"


def listens(listen_type: str, *payload: dict[str, Any]) -> str:
    return json.dumps({"listen_type": listen_type, "payload": list(payload)})


def test_requests_of_liblistenbrainz_are_understood(client: TestClient) -> None:
    """liblistenbrainz 0.7.0 sends JSON without a Content-Type, and reads `payload` and `valid` in answers."""
    own = headers()
    assert client.get(VALIDATE, headers=own).json()["valid"] is True
    info = {"artist_mbids": ["x"], "tags": ["live"], "tracknumber": 3, "spotify_id": LINK, "isrc": "GBAYE0601498"}
    track = {"track_name": "Paper Boats", "artist_name": "The Lanterns", "additional_info": info}
    assert is_ok(
        client.post(SUBMIT, headers=own, content=listens("single", {"track_metadata": track, "listened_at": BEGAN}))
    )
    playing = {"track_metadata": {"track_name": "Paper Boats", "artist_name": "The Lanterns"}}
    assert is_ok(client.post(SUBMIT, headers=own, content=listens("playing_now", playing)))
    for path in (
        f"user/alice/listens?max_ts={BEGAN + 1}&count=5",
        "user/alice/playing-now",
        "user/alice/listen-count",
        "stats/user/alice/artists?count=25&offset=0&range=all_time",
        "stats/user/alice/recordings?count=25&offset=0&range=all_time",
    ):
        assert client.get(f"/1/{path}", headers=own).json()["payload"]["count"] == 1


def test_requests_of_multi_scrobbler_are_understood(client: TestClient) -> None:
    """multi-scrobbler 0.19 sends every artist, durations in seconds and Spotify links, and reads what it has sent."""
    own = headers(**{"Content-Type": "application/json", "User-Agent": "multi-scrobbler/0.19.2"})
    info = {
        "duration": 213, "submission_client": "multi-scrobbler", "submission_client_version": "0.19.2",
        "artist_names": ["The Lanterns", "A Guest"], "release_artist_name": "The Lanterns",
        "release_artist_names": ["The Lanterns"], "music_service": "spotify.com", "music_service_name": "Spotify",
        "media_player": "Spotify", "spotify_id": LINK, "origin_url": LINK, "duration_played": 212,
        "spotify_artist_ids": ["https://open.spotify.com/artist/0OdUWJ0sBjDrqHygUXeCF9"],
        "spotify_album_id": "https://open.spotify.com/album/2noRn2Aes5aoNVsU6iWThc",
    }  # fmt: skip
    track = {
        "artist_name": "The Lanterns, A Guest", "track_name": "Paper Boats", "release_name": "Harbour",
        "additional_info": info,
    }  # fmt: skip
    assert client.get(VALIDATE, headers=own).status_code == 200
    sent = {"listened_at": BEGAN, "track_metadata": track}
    assert is_ok(client.post(SUBMIT, headers=own, content=listens("single", sent)))
    playing = {"track_metadata": {**track, "additional_info": {**info, "position_ms": 4000}}}
    assert is_ok(client.post(SUBMIT, headers=own, content=listens("playing_now", playing)))
    assert played() == [("listenbrainz", "Paper Boats", "The Lanterns", "Harbour")]
    answer = client.get("/1/user/alice/listens", headers=own, params={"count": 100, "min_ts": BEGAN - 60})
    (read,) = answer.json()["payload"]["listens"]
    assert (read["listened_at"], read["track_metadata"]["track_name"]) == (BEGAN, "Paper Boats")
    assert read["track_metadata"]["artist_name"] == "The Lanterns, A Guest"


def test_requests_of_pano_scrobbler_are_understood(client: TestClient) -> None:
    """Pano Scrobbler writes `token` in lower case, and unknown values as null."""
    own = headers(word="token", **{"Content-Type": "application/json"})
    info = {
        "duration_ms": 213_456, "artist_msid": None, "recording_msid": None, "release_msid": None,
        "media_player": None, "media_player_version": None, "submission_client": "Pano Scrobbler",
        "submission_client_version": "4.0",
    }  # fmt: skip
    track = {
        "artist_name": "The Lanterns", "release_name": None, "track_name": "Paper Boats", "additional_info": info,
        "mbid_mapping": None,
    }  # fmt: skip
    offline = [
        {"listened_at": BEGAN - 300 * number, "track_metadata": {**track, "track_name": f"Song {number}"}}
        for number in range(3)
    ]
    assert is_ok(client.post(SUBMIT, headers=own, content=listens("import", *offline)))
    playing = {"listened_at": None, "track_metadata": {**track, "additional_info": {**info, "duration_ms": None}}}
    assert is_ok(client.post(SUBMIT, headers=own, content=listens("playing_now", playing)))
    assert [title for _, title, *_ in played()] == ["Song 2", "Song 1", "Song 0"]
    page = client.get("/1/user/alice/listens", headers=own, params={"count": 25}).json()["payload"]
    assert page["oldest_listen_ts"] == page["listens"][-1]["listened_at"]
    assert client.get("/1/user/alice/listen-count", headers=own).json()["payload"]["count"] == 3


def test_requests_of_web_scrobbler_are_understood(client: TestClient) -> None:
    """Web Scrobbler is set up with the whole address, and sends Spotify's link as it is in the browser."""
    own = headers("submit", **{"Content-Type": "application/json; charset=UTF-8"})
    info = {
        "submission_client": "Web Scrobbler", "submission_client_version": "3.0.0", "music_service_name": "Spotify",
        "origin_url": "https://open.spotify.com/track/4uLU6hMCjMI75M1A2tKUQC?si=abc", "duration": 213.06,
        "release_artist_name": "Various Artists",
        "spotify_id": "https://open.spotify.com/intl-de/track/4uLU6hMCjMI75M1A2tKUQC?si=abc",
    }  # fmt: skip
    track = {"artist_name": "The Lanterns", "track_name": "Paper Boats", "release_name": "Harbour"}
    sent = {"listened_at": BEGAN, "track_metadata": {**track, "additional_info": info}}
    assert is_ok(client.post(SUBMIT, headers=own, content=listens("single", sent)))
    of_youtube = {"submission_client": "Web Scrobbler", "music_service_name": "YouTube",
                  "origin_url": "https://youtu.be/x"}  # fmt: skip
    later = {"listened_at": BEGAN + 300, "track_metadata": {**track, "additional_info": of_youtube}}
    assert is_ok(client.post(SUBMIT, headers=own, content=listens("import", sent, later)))
    assert played() == [("listenbrainz", "Paper Boats", "The Lanterns", "Harbour")] * 2


def test_requests_of_navidrome_are_understood(client: TestClient) -> None:
    """Navidrome sends a body with every GET and empty strings for unknown ids; older versions no Content-Type."""
    own = headers("submit")
    newer = {**own, "Content-Type": "application/json; charset=UTF-8"}
    valid = client.request("GET", VALIDATE, headers=own, content="{}").json()
    assert (valid["code"], valid["valid"], valid["user_name"]) == (200, True, "alice")
    info = {
        "submission_client": "Navidrome", "submission_client_version": "0.5", "tracknumber": 3,
        "recording_mbid": "", "artist_mbids": [""], "release_mbid": "", "duration_ms": 213_000,
    }  # fmt: skip
    track = {"artist_name": "The Lanterns", "track_name": "Paper Boats", "release_name": "Harbour"}
    playing = {"track_metadata": {**track, "additional_info": info}}
    assert is_ok(client.post(SUBMIT, headers=own, content=listens("playing_now", playing)))
    assert is_ok(client.post(SUBMIT, headers=newer, content=listens("single", {**playing, "listened_at": BEGAN})))
    assert played() == [("listenbrainz", "Paper Boats", "The Lanterns", "Harbour")]
    forged = {"Authorization": "Token insight_1_forged"}
    refused = client.post(SUBMIT, headers=forged, content=listens("single", playing)).json()
    assert (refused["code"], refused["error"]) == (401, "Invalid, expired or revoked token.")
