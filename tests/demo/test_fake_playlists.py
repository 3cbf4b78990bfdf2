"""The simulated Spotify's playlists refuse the same requests as the real one."""

import json

import pytest

from demo.fake_playlists import FakePlaylists
from demo.fake_wire import Request

ALL = "playlist-modify-private playlist-modify-public playlist-read-private"
API = "https://api.spotify.com/v1"


def ask(fake: FakePlaylists, method: str, path: str, body: object = None, scopes: str = ALL) -> tuple[int, object]:
    answer = fake.answer(Request(method, f"{API}/{path}", {}, json.dumps(body).encode()), "alice", scopes)
    assert answer is not None
    return answer.status, json.loads(answer.body or b"null")


@pytest.fixture
def fake() -> FakePlaylists:
    """Alice has a private playlist, and Bob another."""
    fake = FakePlaylists()
    fake.add("alice", "Mine", public=False)
    fake.add("bob", "His", public=False)
    return fake


MINE, HIS = f"playlists/{1:022}", f"playlists/{2:022}"


@pytest.mark.parametrize(
    ("method", "path", "body", "scopes", "status"),
    [
        ("POST", "me/playlists", {"name": "x"}, "playlist-modify-private", 403),  # public unless told otherwise
        ("POST", "me/playlists", {"name": "x", "public": False}, "playlist-modify-public", 403),
        ("POST", "me/playlists", {"public": False}, ALL, 400),
        ("GET", "me/playlists", None, "playlist-modify-private", 403),
        ("GET", "me/playlists?limit=51", None, ALL, 400),
        ("GET", "me/library/contains?uris=spotify:playlist:x", None, "playlist-modify-private", 403),
        ("PUT", f"{MINE}/items", {"uris": []}, "playlist-modify-public", 403),
        ("PUT", f"{MINE}/items", {"uris": ["spotify:track:x"] * 101}, ALL, 400),
        ("PUT", f"{MINE}/items", {"uris": ["spotify:local:x"]}, ALL, 400),
        ("PUT", f"{MINE}/items", {}, ALL, 400),
        ("PUT", f"{MINE}/tracks", {"uris": ["spotify:track:x"]}, ALL, 403),  # gone in Development Mode
        ("PUT", f"{HIS}/items", {"uris": ["spotify:track:x"]}, ALL, 403),
        ("PUT", "playlists/nobodys/items", {"uris": ["spotify:track:x"]}, ALL, 404),
        ("DELETE", MINE, None, ALL, 404),
    ],
)
def test_playlist_requests_that_spotify_refuses_are_refused(
    fake: FakePlaylists, method: str, path: str, body: object, scopes: str, status: int
) -> None:
    assert ask(fake, method, path, body, scopes)[0] == status
    assert [playlist.uris for playlist in fake.by_id.values()] == [[], []]


def test_a_deleted_playlist_is_in_no_library_but_can_still_be_written(fake: FakePlaylists) -> None:
    contains = f"me/library/contains?uris=spotify:playlist:{1:022}"
    assert ask(fake, "GET", contains) == (200, [True])
    fake.delete("alice", f"{1:022}")
    assert ask(fake, "GET", contains) == (200, [False])
    assert ask(fake, "PUT", f"{MINE}/items", {"uris": ["spotify:track:x"]})[0] == 200
    assert (fake.of("alice"), fake.by_id[f"{1:022}"].uris) == ([], ["spotify:track:x"])


def test_other_requests_are_left_to_others(fake: FakePlaylists) -> None:
    for path in ("me", "me/player/recently-played", "search"):
        assert fake.answer(Request("GET", f"{API}/{path}", {}, b""), "alice", ALL) is None
