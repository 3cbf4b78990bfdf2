"""/playlists/<username> says how much of each playlist was played and what can no longer be played."""

import csv
import io

from starlette.testclient import TestClient

from db.engine.connection import connected, database
from db.people.accounts import bump_data_version
from db.spotify_library.playlists import PlaylistRow, list_playlists
from tests.web import seed
from tests.web.conftest import Counting
from tests.web.contract import check_example
from tests.web.listed import AT, EVENINGS, READ, item, others, playlist, reading, song, uri
from tests.web.questions.test_top_artists import IN_2026
from tests.web.reading import page, words
from tests.web.seed import HARBOUR, account, known_track, plays, track
from tests.web.visitors.visiting import signed_in, with_token


def evenings(alice: int) -> None:
    """Insert a playlist: a song that is in it twice and was played twice, an unplayable song, and an emptied place."""
    reading(alice)
    playlist(alice)
    song(alice, HARBOUR, "Paper Boats")
    song(alice, uri("l"), "Low Tide", playable=False, unplayable_since="2026-10-08 10:00Z", restriction="market")
    for place, song_uri in enumerate((HARBOUR, uri("l"), HARBOUR)):
        item(alice, place, song_uri)
    item(alice, 3, None, gone_since="2026-10-08 10:00Z")
    plays(alice, known_track(), ["2026-03-01 12:00Z", "2026-03-02 12:00Z"])


def test_a_playlist_says_how_much_of_it_was_played(client: TestClient, queries: Counting) -> None:
    alice = account(spotify_id="alice")
    evenings(alice)
    playlist(alice, "Ours", "x" * 22, owner_id="bob", owner_name="Bob", collaborative=True, is_public=False, place=1)
    playlist(alice, "Deleted", "z" * 22, gone_at="2026-10-05 10:00Z")
    item(alice, 0, HARBOUR, "z" * 22)
    with queries() as sent:
        client.get("/playlists/alice?period=2026")
    answer = client.get("/playlists/alice?period=2026", headers=with_token(alice))
    check_example("playlists", answer.json())
    assert answer.json() == {
        "username": "alice",
        "time_zone": "Europe/Berlin",
        "period": IN_2026,
        "min_seconds": 30,
        "reading": {"is_on": True, "read_at": AT},
        "songs": 2,
        "heard": 1,
        "unplayable": 2,
        "total": 2,
        "playlists": [
            {
                "id": EVENINGS,
                "name": "Evenings",
                "url": f"https://open.spotify.com/playlist/{EVENINGS}",
                "owner": None,
                "is_collaborative": False,
                "is_public": True,
                "items": 4,
                "songs": 2,
                "heard": 1,
                "share_heard": 0.5,
                "plays": 2,
                "ms_played": 400_000,
                "last_played_at": "2026-03-02T12:00:00.000Z",
                "unplayable": 2,
                "duplicates": 1,
                "read_at": AT,
            },
            {
                "id": "x" * 22,
                "name": "Ours",
                "url": f"https://open.spotify.com/playlist/{'x' * 22}",
                "owner": "Bob",
                "is_collaborative": True,
                "is_public": False,
                "items": 0,
                "songs": 0,
                "heard": 0,
                "share_heard": 0.0,
                "plays": 0,
                "ms_played": 0,
                "last_played_at": None,
                "unplayable": 0,
                "duplicates": 0,
                "read_at": AT,
            },
        ],
    }
    assert len(sent) == 5


def test_only_plays_of_the_period_count(client: TestClient) -> None:
    evenings(account(spotify_id="alice"))
    (answer,) = client.get("/playlists/alice?period=2026-04").json()["playlists"]
    assert (answer["songs"], answer["heard"], answer["plays"], answer["last_played_at"]) == (2, 0, 0, None)


def test_a_song_counts_under_any_id_of_the_same_recording(client: TestClient) -> None:
    """By its ISRC, or by names and length if one of the ids has no ISRC, but never by names if both have one."""
    alice = account(spotify_id="alice")
    reading(alice)
    playlist(alice)
    for name, isrc in (("Same", "DEA121700001"), ("Named", None), ("Other", "DEA121700003")):
        played = track(
            uri=uri(name[0]), name=name, artist_name="The Lanterns", isrc=isrc, duration_ms=200_000,
            fetched_at="2026-01-01Z",
        )  # fmt: skip
        plays(alice, played, ["2026-03-01 12:00Z"])
    for place, (letter, name, isrc, length) in enumerate(
        [
            ("a", "Another name", "DEA121700001", 200_000),
            ("b", "Named", "DEA121700009", 202_000),
            ("c", "Named", None, 260_000),
            ("d", "Other", "DEA121700004", 200_000),
        ]
    ):
        item(alice, place, song(alice, uri(letter), name, isrc=isrc, duration_ms=length))
    songs = client.get(f"/playlist/{EVENINGS}/alice").json()["songs"]
    assert [each["plays"] for each in songs] == [1, 1, 0, 0]


def test_an_account_whose_playlists_are_not_read_has_none(client: TestClient) -> None:
    account()
    answer = client.get("/playlists/alice").json()
    assert (answer["reading"], answer["total"]) == ({"is_on": False, "read_at": None}, 0)


def test_another_account_does_not_have_the_playlist(client: TestClient) -> None:
    evenings(account(spotify_id="alice"))
    account("bob", spotify_id="bob")
    assert client.get("/playlists/bob").json()["total"] == 0
    assert client.get(f"/playlist/{EVENINGS}/bob").status_code == 404


def test_playlists_are_downloaded_as_a_table(client: TestClient) -> None:
    evenings(account(spotify_id="alice"))
    table = client.get("/playlists/alice?format=csv").content.decode("utf-8-sig")
    (row,) = csv.DictReader(io.StringIO(table))
    assert (row["name"], row["songs"], row["unplayable"]) == ("Evenings", "2", "2")


OURS, SECRET = "x" * 22, "y" * 22


def with_hidden_ones(alice: int) -> None:
    """Insert a public playlist, a private one with a song of its own, a collaborative one, and one of unknown state."""
    evenings(alice)
    playlist(alice, "Secret", SECRET, is_public=False, place=1)
    item(alice, 0, song(alice, uri("s"), "Whispered"), SECRET)
    item(alice, 1, None, SECRET, gone_since="2026-10-08 10:00Z")
    playlist(alice, "Ours", OURS, is_public=False, collaborative=True, place=2)
    playlist(alice, "Unknown", "u" * 22, is_public=None, place=3)


def test_only_the_listener_sees_playlists_that_are_not_public_on_spotify(client: TestClient) -> None:
    """Other visitors learn neither that they exist nor how many songs they have."""
    alice = account(spotify_id="alice")
    with_hidden_ones(alice)
    own = client.get("/playlists/alice", headers=with_token(alice)).json()
    assert [each["name"] for each in own["playlists"]] == ["Evenings", "Secret", "Ours", "Unknown"]
    assert (own["total"], own["songs"], own["unplayable"]) == (4, 3, 3)
    for query, headers in others(alice):
        answer = client.get(f"/playlists/alice{query}", headers=headers).json()
        assert [each["name"] for each in answer["playlists"]] == ["Evenings"]
        assert (answer["total"], answer["songs"], answer["unplayable"]) == (1, 2, 2)
        csv_table = client.get(f"/playlists/alice{query or '?'}&format=csv", headers=headers).text
        assert "Evenings" in csv_table
        assert not any(name in csv_table for name in ("Secret", "Ours", "Unknown"))


def test_the_page_shows_private_playlists_to_the_listener_only(client: TestClient) -> None:
    alice = account(spotify_id="alice")
    with_hidden_ones(alice)
    assert "Secret" not in words(page(client, "/playlists/alice"))
    seed.change("UPDATE listener_playlist SET is_public = false")
    assert "No playlist is public on Spotify." in words(page(client, "/playlists/alice"))
    client.cookies = signed_in(alice)
    assert "Secret 1 song · 1 unplayable · only you see it here" in words(page(client, "/playlists/alice"))


def test_a_playlist_that_became_private_is_not_served_from_a_cache(client: TestClient) -> None:
    alice = account()
    evenings(alice)
    tag = client.get("/playlists/alice").headers["etag"]
    with connected(), database.atomic():
        private = [PlaylistRow(EVENINGS, "Evenings", "alice", None, collaborative=False, is_public=False, place=0)]
        assert list_playlists(alice, private, READ)
        bump_data_version(alice)
    answer = client.get("/playlists/alice", headers={"If-None-Match": tag})
    assert (answer.status_code, answer.json()["playlists"]) == (200, [])
