"""/playlist/<id>/<username> shows one playlist, song by song."""

import csv
import io
from typing import Any

import pytest
from starlette.testclient import TestClient

from tests.web import seed
from tests.web.conftest import Counting
from tests.web.contract import check_example, problem
from tests.web.listed import AT, EVENINGS, item, kept, others, playlist, reading, shows_library, song, uri
from tests.web.reading import page, words
from tests.web.seed import HARBOUR, account, known_track, plays, track
from tests.web.visitors.visiting import shared, signed_in, with_token

PATH = f"/playlist/{EVENINGS}/alice"
ADDED = "2026-05-01T12:00:00.000Z"
NO_SUCH_PLAYLIST = "This account has no such playlist: `/playlists` shows the ids."
MAKE_HIDDEN = (
    "UPDATE listener_playlist SET is_public = false",
    "UPDATE listener_playlist SET collaborative = true",
    "UPDATE listener_playlist SET is_public = NULL",
)


@pytest.fixture
def alice(client: TestClient) -> int:
    """She shows her library. Her playlist has a song that she played, one that cannot be played but another edition
    can, and a place that Spotify has emptied; a fourth song was removed.
    """
    alice = account(spotify_id="alice")
    reading(alice)
    shows_library(alice)
    playlist(alice)
    boats = known_track()
    plays(alice, boats, ["2026-03-01 12:00Z", "2026-03-02 12:00Z"])
    isrc: dict[str, Any] = {"isrc": "DEA121700001", "duration_ms": 180_000}
    item(alice, 0, song(alice, HARBOUR, "Paper Boats", album_name="Harbour", duration_ms=213_000))
    gone = song(
        alice, uri("l"), "Low Tide", playable=False, unplayable_since="2026-10-08 10:00Z", restriction="market", **isrc
    )
    item(alice, 1, gone, added_by="bob", added_at="2026-06-01 12:00Z")
    kept(alice, "song", song(alice, uri("e"), "Low Tide (Edition)", **isrc))
    item(alice, 2, None, gone_since="2026-10-01 10:00Z", added_by=None, added_at=None)
    item(alice, 1, song(alice, uri("r"), "Removed"), removed_at="2026-10-09 10:00Z")
    return alice


def track_in_answer(name: str, uri: str, album: str | None = None, duration_ms: int | None = None) -> dict[str, Any]:
    url = f"https://open.spotify.com/track/{uri.removeprefix('spotify:track:')}"
    return {
        "name": name,
        "uri": uri,
        "url": url,
        "duration_ms": duration_ms,
        "artists": [{"name": "The Lanterns", "url": None}],
        "album": album and {"name": album, "image_url": None},
    }


def test_a_playlist_is_shown_song_by_song(client: TestClient, alice: int, queries: Counting) -> None:
    with queries() as sent:
        client.get(PATH)
    answer = client.get(PATH, headers=with_token(alice))
    check_example("playlist", answer.json())
    body = answer.json()
    boats, tide = (
        track_in_answer("Paper Boats", HARBOUR, "Harbour", 213_000),
        track_in_answer("Low Tide", uri("l"), None, 180_000),
    )
    nothing = {
        "plays": 0, "ms_played": 0, "last_played_at": None, "is_forgotten": False, "duplicate_of": None, "id": None
    }  # fmt: skip
    playable: dict[str, Any] = {
        "unplayable_since": None,
        "unplayable_from_start": False,
        "restriction": None,
        "instead": [],
    }
    assert (body["playlist"]["name"], body["show"], body["total"]) == ("Evenings", "all", 3)
    assert (body["unheard"], body["forgotten"]) == (1, 0)
    assert body["songs"] == [
        {
            **nothing, **playable, "place": 1, "id": body["songs"][0]["id"], "track": boats, "added_at": ADDED,
            "added_by": "alice", "plays": 2, "ms_played": 400_000, "last_played_at": "2026-03-02T12:00:00.000Z",
            "playable": True,
        },
        {
            **nothing, "place": 2, "track": tide, "added_at": "2026-06-01T12:00:00.000Z", "added_by": "bob",
            "playable": False, "unplayable_since": "2026-10-08T10:00:00.000Z", "unplayable_from_start": False,
            "restriction": "market",
            "instead": [{
                "name": "Low Tide (Edition)", "artist": "The Lanterns", "uri": uri("e"), "id": None, "same": "isrc",
                "url": f"https://open.spotify.com/track/{'e' * 22}", "plays": 0,
            }],
        },
        {
            **nothing, "place": 3, "track": None, "added_at": None, "added_by": None, "playable": False,
            "unplayable_since": AT, "unplayable_from_start": True, "restriction": "gone", "instead": [],
        },
    ]  # fmt: skip
    assert {(each["least"], each["most"]): each["songs"] for each in body["by_plays"] if each["songs"]} == {
        (0, 0): 1,
        (2, 4): 1,
    }
    assert body["by_person"] == [
        {"name": None, "songs": 1, "heard": 0, "plays": 0},
        {"name": "alice", "songs": 1, "heard": 1, "plays": 2},
        {"name": "bob", "songs": 1, "heard": 0, "plays": 0},
    ]
    assert [(each["at"], each["change"], each["track"] and each["track"]["name"]) for each in body["changes"]] == [
        ("2026-10-09T10:00:00.000Z", "removed", "Removed"),
        (AT, "added", None),
        ("2026-06-01T12:00:00.000Z", "added", "Low Tide"),
        (ADDED, "added", "Removed"),
        (ADDED, "added", "Paper Boats"),
    ]
    assert len(sent) == 7


def test_other_visitors_see_no_other_persons_name(client: TestClient, alice: int) -> None:
    seed.change("UPDATE listener_playlist SET owner_id = 'bob', owner_name = 'Bob'")
    link = f"?share={shared(alice)}"
    of_one_question = with_token(alice, questions=["playlist", "playlists"])
    for query, headers in (("", {}), (link, {}), ("", with_token(account("carol"))), ("", of_one_question)):
        answer = client.get(f"{PATH}{query}", headers=headers).json()
        assert [song["added_by"] for song in answer["songs"]] == ["alice", None, None]
        assert {change["added_by"] for change in answer["changes"]} == {None, "alice"}
        assert [(each["name"], each["songs"]) for each in answer["by_person"]] == [(None, 2), ("alice", 1)]
        of_all = client.get(f"/playlists/alice{query}", headers=headers).json()["playlists"]
        assert (answer["playlist"]["owner"], [each["owner"] for each in of_all]) == (None, [None])
    whole = client.get(PATH, headers=with_token(alice))
    assert whole.json()["playlist"]["owner"] == "Bob"
    assert client.get(PATH, headers={"If-None-Match": whole.headers["etag"]}).status_code == 200


def test_other_visitors_do_not_see_the_listeners_spotify_id(client: TestClient, alice: int) -> None:
    seed.change("UPDATE account SET spotify_id = '31secretid'")
    seed.change("UPDATE playlist_item SET added_by = '31secretid' WHERE added_by = 'alice'")
    answer = client.get(PATH)
    assert answer.json()["songs"][0]["added_by"] == "alice"
    assert "31secretid" not in answer.text
    assert "31secretid" not in client.get(PATH, headers={"Accept": "text/html"}).text
    listener = client.get(PATH, headers=with_token(alice)).json()
    assert [each["name"] for each in listener["by_person"]] == [None, "31secretid", "bob"]


def test_only_the_listeners_own_page_says_who_added_songs(client: TestClient, alice: int) -> None:
    for path in (PATH, "/playlists/alice"):
        assert "bob" not in words(page(client, path)).lower()
    client.cookies = signed_in(alice)
    assert "bob" in words(page(client, PATH))


def places(client: TestClient, show: str, query: str = "") -> list[int]:
    return [song["place"] for song in client.get(f"{PATH}?show={show}{query}").json()["songs"]]


def test_each_value_of_show_lists_its_songs(client: TestClient, alice: int) -> None:
    item(alice, 3, HARBOUR)
    for place, (letter, last) in enumerate((("f", "2026-05-20 10:00Z"), ("n", "2026-05-20 13:00Z")), start=4):
        played = track(uri=uri(letter), name=letter, fetched_at="2026-01-01Z")
        plays(alice, played, [f"2026-01-0{day} 12:00Z" for day in range(1, 5)] + [last])
        item(alice, place, song(alice, uri(letter), letter))
    assert places(client, "unheard") == [2]
    assert places(client, "unplayable") == [2, 3]
    assert places(client, "duplicates") == [4]
    assert places(client, "forgotten") == [5]  # six months before the moment of the tests, 12:00 UTC
    assert places(client, "all", "&limit=2") == [1, 2]
    assert client.get(f"{PATH}?show=duplicates").json()["songs"][0]["duplicate_of"] == 1


def test_a_played_song_is_offered_as_a_replacement_too(client: TestClient, alice: int) -> None:
    """Songs with the same name, artist and length are offered, except those that Spotify does not play either."""
    edition = {"name": "Low Tide", "artist_name": "The Lanterns", "duration_ms": 181_000, "fetched_at": "2026-01-01Z"}
    plays(alice, track(uri=uri("q"), **edition), ["2026-03-01 12:00Z"])
    song(alice, uri("u"), "Low Tide", playable=False, duration_ms=180_000)
    instead = client.get(f"{PATH}?show=unplayable").json()["songs"][0]["instead"]
    assert [(each["uri"], each["same"], each["plays"]) for each in instead] == [
        (uri("e"), "isrc", 0),
        (uri("q"), "recording", 1),
    ]


def test_a_playlist_is_downloaded_as_a_table(client: TestClient, alice: int) -> None:
    table = client.get(f"{PATH}?format=csv&show=unplayable").content.decode("utf-8-sig")
    first, second = csv.DictReader(io.StringIO(table))
    assert (first["track.name"], first["restriction"], first["instead"]) == ("Low Tide", "market", "Low Tide (Edition)")
    assert (second["track.name"], second["restriction"]) == ("", "gone")


@pytest.mark.parametrize(
    ("query", "parameter", "takes"),
    [
        ("show=some", "show", "must be one of all, unheard, forgotten, unplayable, duplicates"),
        ("limit=11001", "limit", "must be a whole number from 1 to 11000"),
    ],
)
def test_wrong_parameters_are_refused(client: TestClient, query: str, parameter: str, takes: str) -> None:
    account()
    detail = f"`{parameter}` {takes}."
    assert client.get(f"{PATH}?{query}").json() == problem(400, "Bad Request", detail, PATH, parameter=parameter)


@pytest.mark.parametrize("playlist_id", ["x" * 22, "1", "spotify:playlist:x", "%00", "a%0A"])
def test_a_playlist_that_the_account_does_not_have_is_not_found(
    client: TestClient, alice: int, playlist_id: str
) -> None:
    answer = client.get(f"/playlist/{playlist_id}/alice")
    assert (answer.status_code, answer.json()["detail"]) == (
        404,
        NO_SUCH_PLAYLIST,
    )


def test_only_the_listener_gets_a_playlist_that_is_not_public_on_spotify(client: TestClient, alice: int) -> None:
    """Other visitors get the same refusal as for a playlist that the account does not have."""
    visitors = list(others(alice))
    for change in MAKE_HIDDEN:
        seed.change(change)
        assert client.get(PATH, headers=with_token(alice)).json()["playlist"]["name"] == "Evenings"
        for query, headers in visitors:
            for form in ("", "format=csv"):
                answer = client.get(f"{PATH}{query or '?'}&{form}", headers=headers)
                assert (answer.status_code, answer.json()["detail"]) == (404, NO_SUCH_PLAYLIST)
        assert "Evenings" not in client.get(PATH, headers={"Accept": "text/html"}).text


def test_a_replacement_from_a_private_playlist_is_offered_to_the_listener_only(client: TestClient, alice: int) -> None:
    seed.change("DELETE FROM library_item")
    secret = playlist(alice, "Secret", "y" * 22, is_public=False)
    item(alice, 0, uri("e"), secret)
    own = client.get(f"{PATH}?show=unplayable", headers=with_token(alice))
    assert [each["name"] for each in own.json()["songs"][0]["instead"]] == ["Low Tide (Edition)"]
    visitors = list(others(alice))
    for query, headers in visitors:
        answer = client.get(f"{PATH}{query or '?'}&show=unplayable", headers=headers)
        assert answer.json()["songs"][0]["instead"] == []
        assert "Edition" not in answer.text
    seed.change("UPDATE account SET library_shown = false")
    kept(alice, "song", uri("e"))
    for query, headers in visitors:
        assert "Edition" not in client.get(f"{PATH}{query or '?'}&show=unplayable", headers=headers).text
    shows_library(alice)
    assert "Edition" in client.get(f"{PATH}?show=unplayable").text


def test_a_played_replacement_is_offered_to_all_even_if_a_private_playlist_has_it(
    client: TestClient, alice: int
) -> None:
    edition = {"name": "Low Tide (Edition)", "artist_name": "The Lanterns", "isrc": "DEA121700001"}
    plays(alice, track(uri=uri("e"), fetched_at="2026-01-01Z", **edition), ["2026-03-01 12:00Z"])
    seed.change("DELETE FROM library_item")
    item(alice, 0, uri("e"), playlist(alice, "Secret", "y" * 22, is_public=False))
    instead = client.get(f"{PATH}?show=unplayable").json()["songs"][0]["instead"]
    assert [(each["uri"], each["plays"]) for each in instead] == [(uri("e"), 1)]
