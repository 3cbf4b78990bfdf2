"""/library/<username> compares liked songs, saved albums and followed artists with what was played."""

import csv
import io
from typing import Any

import pytest
from starlette.testclient import TestClient

from tests.web.conftest import Counting
from tests.web.contract import check_example, problem
from tests.web.listed import AT, kept, others, reading, shows_library, song, uri
from tests.web.seed import HARBOUR, LANTERNS, account, change, known_track, plays, track
from tests.web.visitors.visiting import with_token

ALBUM = "2noRn2Aes5aoNVsU6iWThc"  # that of seed.known_track


@pytest.fixture
def alice(client: TestClient) -> int:
    """She shows her library, and has played one liked song, and one that she has not liked."""
    alice = account()
    reading(alice)
    shows_library(alice)
    plays(alice, known_track(), ["2026-03-01 12:00Z", "2026-03-02 12:00Z"])
    glass = track(uri=uri("g"), name="Glass", artist_name="Quiet Rooms", fetched_at="2026-01-01Z")
    plays(alice, glass, [f"2026-04-0{day} 12:00Z" for day in range(1, 4)])
    kept(alice, "song", song(alice, HARBOUR, "Paper Boats"))
    kept(alice, "song", song(alice, uri("l"), "Low Tide"), added_at="2026-06-01 12:00Z")
    kept(alice, "song", song(alice, uri("o"), "Old Tide", playable=False, unplayable_since="2026-10-08 10:00Z"))
    kept(alice, "song", song(alice, uri("r"), "No longer liked"), removed_at="2026-10-09 10:00Z")
    kept(alice, "album", ALBUM, name="Harbour", artist_name="The Lanterns", tracks=9)
    kept(alice, "album", "y" * 22, name="Walls", artist_name="Quiet Rooms", tracks=1)
    kept(alice, "artist", LANTERNS, name="The Lanterns", names_key="the lanterns", added_at=None)
    kept(alice, "artist", "s" * 22, name="Silence", names_key="silence", added_at=None)
    return alice


def part(client: TestClient, name: str) -> list[dict[str, Any]]:
    answer = client.get(f"/library/alice?part={name}").json()
    assert answer["total"] == len(answer["items"])
    items: list[dict[str, Any]] = answer["items"]
    return items


def test_liked_songs_that_were_never_played_are_listed(client: TestClient, alice: int, queries: Counting) -> None:
    with queries() as sent:
        answer = client.get("/library/alice")
    check_example("library", answer.json())
    body = answer.json()
    assert {name: value for name, value in body.items() if name not in {"items", "period"}} == {
        "username": "alice",
        "time_zone": "Europe/Berlin",
        "min_seconds": 30,
        "reading": {"is_on": True, "read_at": AT},
        "liked": 3,
        "liked_unheard": 2,
        "liked_unplayable": 1,
        "played_unliked": 1,
        "albums": 2,
        "albums_unfinished": 2,
        "artists": 2,
        "artists_unheard": 1,
        "part": "liked-unheard",
        "total": 2,
    }
    assert body["items"][0] == {
        "kind": "song",
        "id": None,
        "name": "Low Tide",
        "artist": "The Lanterns",
        "uri": uri("l"),
        "url": f"https://open.spotify.com/track/{'l' * 22}",
        "added_at": "2026-06-01T12:00:00.000Z",
        "plays": 0,
        "ms_played": 0,
        "last_played_at": None,
        "tracks": None,
        "tracks_heard": None,
        "unplayable_since": None,
    }
    assert body["items"][1]["name"] == "Old Tide"
    assert len(sent) == 6


def test_played_songs_that_were_not_liked_are_listed(client: TestClient, alice: int) -> None:
    (glass,) = part(client, "played-unliked")
    assert (glass["name"], glass["uri"], glass["plays"]) == ("Glass", uri("g"), 3)


def test_liked_songs_that_spotify_no_longer_plays_are_listed(client: TestClient, alice: int) -> None:
    (old,) = part(client, "liked-unplayable")
    assert (old["name"], old["unplayable_since"]) == ("Old Tide", "2026-10-08T10:00:00.000Z")


def test_saved_albums_that_were_never_heard_whole_are_listed(client: TestClient, alice: int) -> None:
    harbour, walls = part(client, "albums-unfinished")
    assert (harbour["name"], harbour["uri"]) == ("Harbour", f"spotify:album:{ALBUM}")
    assert (harbour["tracks"], harbour["tracks_heard"], harbour["plays"]) == (9, 1, 2)
    assert (walls["name"], walls["tracks_heard"]) == ("Walls", 0)
    change("UPDATE library_item SET tracks = 1 WHERE key = %s", ALBUM)
    assert [each["name"] for each in part(client, "albums-unfinished")] == ["Walls"]


def test_followed_artists_who_were_not_played_are_listed(client: TestClient, alice: int) -> None:
    (silence,) = part(client, "artists-unheard")
    assert (silence["name"], silence["url"]) == ("Silence", f"https://open.spotify.com/artist/{'s' * 22}")


def test_the_answer_is_about_the_period(client: TestClient, alice: int) -> None:
    answer = client.get("/library/alice?period=2026-04").json()
    assert (answer["liked_unheard"], answer["played_unliked"], answer["artists_unheard"]) == (3, 1, 2)


def test_a_part_is_downloaded_as_a_table(client: TestClient, alice: int) -> None:
    table = client.get("/library/alice?part=artists-unheard&format=csv").content.decode("utf-8-sig")
    assert [row["name"] for row in csv.DictReader(io.StringIO(table))] == ["Silence"]


def test_what_is_asked_wrongly_is_refused(client: TestClient) -> None:
    shows_library(account())
    parts = "liked-unheard, played-unliked, liked-unplayable, albums-unfinished, artists-unheard"
    detail = f"`part` must be one of {parts}."
    answer = client.get("/library/alice?part=all")
    assert answer.json() == problem(400, "Bad Request", detail, "/library/alice", parameter="part")


def test_others_find_no_library_until_the_listener_shows_it(client: TestClient, alice: int) -> None:
    """Not with any link or token, in any form, by any page; to the listener, nothing changes."""
    visitors, own = list(others(alice)), with_token(alice)
    before = client.get("/library/alice", headers=own)
    for query, headers in visitors:
        assert client.get(f"/library/alice{query}", headers=headers).json() == before.json()
    change("UPDATE account SET library_shown = false")
    assert client.get("/library/alice", headers=own).json() == before.json()
    for query, headers in visitors:
        for form in ("json", "csv", "ndjson", "html"):
            answer = client.get(f"/library/alice{query or '?'}&format={form}", headers=headers)
            assert (answer.status_code, "Low Tide" in answer.text) == (404, False)
        playlists = client.get(f"/playlists/alice{query or '?'}&format=html", headers=headers)
        assert (playlists.status_code, "/library/alice" in playlists.text) == (200, False)
    nobody = client.get("/library/carla").json() | {"instance": "", "detail": ""}
    assert client.get("/library/alice").json() | {"instance": "", "detail": ""} == nobody


def test_an_answer_that_was_kept_is_not_shown_when_the_library_is_hidden(client: TestClient, alice: int) -> None:
    tag = client.get("/library/alice").headers["ETag"]
    assert client.get("/library/alice", headers={"If-None-Match": tag}).status_code == 304
    change("UPDATE account SET library_shown = false")
    assert client.get("/library/alice", headers={"If-None-Match": tag}).status_code == 404
