"""/playlists, /playlist and /library leave out excluded music, whether it was played or not."""

import pytest
from starlette.testclient import TestClient

from db.engine.connection import connected
from people.accounts import account_named
from people.exclusions import add_exclusion, remove_exclusion
from tests.web import seed
from tests.web.listed import EVENINGS, item, kept, playlist, reading, song, uri
from tests.web.reading import page, words
from tests.web.visitors.visiting import signed_in

PATH = f"/playlist/{EVENINGS}/alice"
DASH = " \N{EN DASH} "
ALBUM, BAND = "2" * 22, "3" * 22
PARTS = ("liked-unheard", "liked-unplayable", "albums-unfinished", "artists-unheard")


@pytest.fixture
def alice(client: TestClient) -> int:
    """Alice has a playlist with a song by The Lanterns that she played, and one by The Secrets that she did not."""
    alice = seed.account(spotify_id="alice", library_shown=True)
    reading(alice)
    playlist(alice)
    seed.plays(alice, seed.known_track(), ["2026-03-01 12:00Z"])
    band = seed.insert("artist", name="The Secrets", spotify_id=BAND)
    seed.insert("album", name="Whispers", spotify_id=ALBUM, artist_id=band)
    secret = song(
        alice, uri("s"), "Hush", "The Secrets", album_name="Whispers", isrc="DEA121700001", playable=False,
        unplayable_since="2026-10-08 10:00Z",
    )  # fmt: skip
    for place, song_uri in enumerate((secret, song(alice, seed.HARBOUR, "Paper Boats"))):
        item(alice, place, song_uri)
        kept(alice, "song", song_uri)
    names_key = "the secrets\x1fwhispers"
    kept(alice, "album", ALBUM, name="Whispers", artist_name="The Secrets", names_key=names_key, tracks=9)
    kept(alice, "artist", BAND, name="The Secrets", names_key="the secrets")
    return alice


def addresses() -> list[str]:
    return [PATH, *(f"/library/alice?part={part}" for part in PARTS)]


def hide(kind: str, value: str) -> int:
    with connected():
        return add_exclusion(account_named("alice"), kind, value).id


@pytest.mark.parametrize("value", ["the secrets", f"spotify:artist:{BAND}"])
def test_an_excluded_artist_appears_nowhere(client: TestClient, alice: int, value: str) -> None:
    assert all("Secrets" in client.get(address).text for address in addresses())
    rule = hide("artist", value)
    for cookies in ({}, signed_in(alice)):
        client.cookies = cookies
        for address in addresses():
            answers = client.get(address).text + client.get(address, headers={"Accept": "text/csv"}).text
            assert "Secrets" not in answers + words(page(client, address)), address
    of_all = client.get("/playlists/alice").json()
    (evenings,) = of_all["playlists"]
    assert (of_all["songs"], of_all["unplayable"]) == (1, 0)
    assert (evenings["items"], evenings["songs"], evenings["unplayable"]) == (1, 1, 0)
    counts = client.get("/library/alice").json()
    assert [counts[name] for name in ("liked", "liked_unheard", "albums", "artists")] == [1, 0, 0, 0]
    with connected():
        remove_exclusion(account_named("alice"), rule)
    assert all("Secrets" in client.get(address).text for address in addresses())


@pytest.mark.parametrize("value", [f"The Secrets{DASH}whispers", f"spotify:album:{ALBUM}"])
def test_an_excluded_album_appears_nowhere(client: TestClient, alice: int, value: str) -> None:
    hide("album", value)
    assert [name for name in ("Hush", "Whispers") for each in addresses() if name in client.get(each).text] == []


@pytest.mark.parametrize("value", [f"The Secrets{DASH}hush", uri("s")])
def test_an_excluded_track_appears_nowhere(client: TestClient, alice: int, value: str) -> None:
    hide("track", value)
    assert ["Hush" in client.get(address).text for address in addresses()] == [False] * 5
    assert "Whispers" in client.get("/library/alice?part=albums-unfinished").text


def test_an_excluded_song_that_was_played_is_hidden_under_every_id(client: TestClient, alice: int) -> None:
    item(alice, 2, song(alice, uri("p"), "Paper Boats", duration_ms=213_000))
    assert [each["plays"] for each in client.get(PATH).json()["songs"]] == [0, 1, 1]
    hide("track", seed.HARBOUR)
    assert [each["track"]["name"] for each in client.get(PATH).json()["songs"]] == ["Hush"]


def test_excluded_music_is_not_offered_as_a_replacement(client: TestClient, alice: int) -> None:
    kept(alice, "song", song(alice, uri("o"), "Hush (Edition)", "The Others", isrc="DEA121700001"))
    assert "Others" in client.get(PATH).text
    hide("artist", "The Others")
    assert "Hush" in client.get(PATH).text
    assert "Others" not in client.get(PATH).text


def test_rules_about_circumstances_of_plays_hide_no_music(client: TestClient, alice: int) -> None:
    hide("hours", "00:00-23:59")
    assert client.get(PATH).json()["total"] == 2
