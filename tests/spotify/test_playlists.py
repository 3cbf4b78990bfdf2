"""Playlists: the requests to Spotify, and invalid answers."""

import json
from collections.abc import Callable

import pytest

from spotify import playlists
from spotify.client import SpotifyClient
from spotify.errors import Blocked, NotFound, OurMistake, TooLittle
from tests.spotify.scripted import Scripted, refused, reply

URI = "spotify:track:4iV5W9uYEdYUVa79Axb7Rh"
Ask = Callable[[SpotifyClient], object]


def sent(scripted: Scripted) -> list[tuple[str, str, object]]:
    """(method, path, body) of each request."""
    return [(request.method, request.url.path, json.loads(request.content or b"null")) for request in scripted.requests]


def test_a_playlist_is_made_private_and_changed_by_its_id() -> None:
    scripted = Scripted([reply(201, {"id": "p1"}), reply(200, {"snapshot_id": "s"}), reply(200)])
    client = scripted.client()
    assert playlists.create_playlist(client, "Today", "made") == "p1"
    playlists.replace_items(client, "p1", [URI])
    playlists.describe(client, "p1", "again")
    made = {"name": "Today", "description": "made", "public": False, "collaborative": False}
    assert sent(scripted) == [
        ("POST", "/v1/me/playlists", made),
        ("PUT", "/v1/playlists/p1/items", {"uris": [URI]}),
        ("PUT", "/v1/playlists/p1", {"description": "again"}),
    ]
    assert scripted.quota.counted == ["playlists"] * 3


def test_a_kept_playlist_is_looked_up_by_its_uri() -> None:
    scripted = Scripted([reply(200, [True]), reply(200, [False])])
    assert [playlists.is_kept(scripted.client(), "p1") for _ in range(2)] == [True, False]
    assert scripted.requests[0].url.params["uris"] == "spotify:playlist:p1"
    assert scripted.quota.counted == ["library"] * 2


def a_page(*items: object, more: bool) -> object:
    return {"items": list(items), "next": "https://api.spotify.com/more" if more else None}


def test_a_playlist_is_searched_by_exact_name_and_description() -> None:
    near = [
        None,
        {"id": "a", "name": "Today", "description": None},
        {"id": "b", "name": "today", "description": "made"},
        {"name": "Today", "description": "made"},
    ]
    pages = [reply(200, a_page(*near, more=True)), reply(200, a_page(near[0], {"id": "c", **made()}, more=True))]
    scripted = Scripted([*pages])
    assert playlists.find_playlist(scripted.client(), "Today", "made") == "c"
    requests = [dict(request.url.params) for request in scripted.requests]
    assert requests == [{"limit": "50", "offset": "0"}, {"limit": "50", "offset": "50"}]


def made() -> dict[str, str]:
    return {"name": "Today", "description": "made"}


@pytest.mark.parametrize(("pages", "requested"), [(1, 1), (3, 3), (playlists.MOST_PAGES + 5, playlists.MOST_PAGES)])
def test_searching_for_a_missing_playlist_ends_after_a_limited_number_of_pages(pages: int, requested: int) -> None:
    scripted = Scripted([reply(200, a_page(more=number + 1 < pages)) for number in range(pages)])
    assert playlists.find_playlist(scripted.client(), "Today", "made") is None
    assert len(scripted.requests) == requested


@pytest.mark.parametrize("count", [0, 101])
def test_more_tracks_than_one_call_accepts_are_not_sent(count: int) -> None:
    scripted = Scripted([])
    with pytest.raises(OurMistake, match="A playlist is written with 1 to 100 tracks at once"):
        playlists.replace_items(scripted.client(), "p1", [URI] * count)
    assert scripted.requests == []


def _create(client: SpotifyClient) -> object:
    return playlists.create_playlist(client, "Today", "made")


def _kept(client: SpotifyClient) -> object:
    return playlists.is_kept(client, "p1")


def _find(client: SpotifyClient) -> object:
    return playlists.find_playlist(client, "Today", "made")


def _fill(client: SpotifyClient) -> object:
    playlists.replace_items(client, "p1", [URI])
    return None


ODD = [
    (_create, [], {}, {"id": None}, {"id": ""}, {"id": 7}),
    (_kept, None, {}, [], [True, True]),
    (_find, [], {}, {"items": None}),
]


@pytest.mark.parametrize(("ask", "body"), [(ask, body) for ask, *bodies in ODD for body in bodies])
def test_an_invalid_answer_is_reported(ask: Ask, body: object) -> None:
    with pytest.raises(OurMistake, match="report this"):
        ask(Scripted([reply(200, body)]).client())


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (refused(404, "Resource not found"), NotFound),
        (refused(403, "Insufficient client scope"), TooLittle),
        (reply(429, {}, retry_after="48925"), Blocked),
    ],
)
def test_a_refusal_says_what_to_do(answer: object, kind: type[Exception]) -> None:
    with pytest.raises(kind):
        _fill(Scripted([answer]).client())  # type: ignore[list-item]


@pytest.mark.parametrize("playlist_id", ["", "a/b", "../me", "p?x=1"])
def test_an_invalid_id_is_not_sent(playlist_id: str) -> None:
    scripted = Scripted([])
    with pytest.raises(OurMistake, match="is not a Spotify id"):
        playlists.describe(scripted.client(), playlist_id, "x")
    assert scripted.requests == []


@pytest.mark.parametrize(
    ("scopes", "covered"),
    [
        ("playlist-read-private playlist-modify-private", True),
        ("user-read-recently-played playlist-modify-private playlist-read-private", True),
        ("playlist-modify-private", False),
        ("playlist-modify-public playlist-read-private", False),
        ("", False),
    ],
)
def test_a_playlist_needs_both_scopes(scopes: str, covered: bool) -> None:
    assert playlists.allows(scopes) is covered
