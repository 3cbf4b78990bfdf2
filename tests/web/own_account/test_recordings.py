"""/account/recordings lets a listener decide which tracks count as one song, and undo that."""

import re

import pytest
from starlette.testclient import TestClient

from tests.web import seed
from tests.web.reading import content, links, page, read


@pytest.fixture
def tracks(alice: int) -> tuple[int, int]:
    """A song and another version of it, which only the listener can join."""
    first, second = (
        seed.track(uri=f"spotify:track:{number:022}", name=name, artist_name="The Lanterns", duration_ms=200_000)
        for number, name in ((1, "Paper Boats"), (2, "Paper Boats (Live)"))
    )
    seed.plays(alice, first, ["2026-06-01 12:00Z", "2026-06-02 12:00Z"])
    seed.play(alice, second, "2026-06-03 12:00Z")
    return first, second


def songs(browser: TestClient) -> list[int]:
    return [entry["plays"] for entry in browser.get("/top-tracks/alice").json()["tracks"]]


def test_the_page_of_a_song_links_to_its_tracks(browser: TestClient, tracks: tuple[int, int]) -> None:
    assert f"/account/recordings?track={tracks[0]}" in links(content(page(browser, f"/track/{tracks[0]}/alice")))
    text = read(browser, f"/account/recordings?track={tracks[0]}")
    assert "Which tracks count as this song." in text
    assert "Paper Boats The Lanterns" in text


def test_two_songs_are_joined_and_separated_again(browser: TestClient, tracks: tuple[int, int]) -> None:
    first, second = tracks
    assert songs(browser) == [2, 1]
    address = f"http://127.0.0.1/track/{second}/alice?period=2026"
    answer = browser.post("/account/recordings/join", data={"track": str(first), "other": address})
    assert (answer.status_code, answer.headers["location"]) == (303, "/account/recordings#recordings")
    assert songs(browser) == [3]
    text = read(browser, "/account/recordings")
    assert "Saved. The two count as one song now." in text
    assert re.search(r"Paper Boats 3:20 2 You joined it Undo", text)
    browser.post("/account/recordings/undo", data={"track": str(first)})
    assert songs(browser) == [2, 1]
    assert "No changes by you" in read(browser, "/account/recordings")


def test_a_link_to_spotify_names_the_other_song(browser: TestClient, tracks: tuple[int, int]) -> None:
    link = f"https://open.spotify.com/track/{2:022}?si=1"
    assert browser.post("/account/recordings/join", data={"track": str(tracks[0]), "other": link}).status_code == 303
    assert songs(browser) == [3]


def test_automatically_joined_tracks_are_split(browser: TestClient, alice: int) -> None:
    for number in (1, 2):
        same = {"name": "Paper Boats", "artist_name": "The Lanterns", "duration_ms": 200_000, "isrc": "AAA"}
        track = seed.track(uri=f"spotify:track:{number:022}", **same)
        seed.play(alice, track, f"2026-06-0{number} 12:00Z")
    assert songs(browser) == [2]
    assert "Same recording (ISRC) Count separately" in read(browser, "/account/recordings")
    browser.post("/account/recordings/split", data={"track": "1"})
    assert songs(browser) == [1, 1]
    assert "You count it separately Undo" in read(browser, "/account/recordings")


@pytest.mark.parametrize("other", ["", "nonsense", "/track/999/alice", "https://open.spotify.com/album/1"])
def test_an_unknown_song_is_refused_on_the_page(browser: TestClient, tracks: tuple[int, int], other: str) -> None:
    answer = browser.post("/account/recordings/join", data={"track": str(tracks[0]), "other": other})
    assert (answer.status_code, "Nothing was changed." in answer.text) == (422, True)
    assert songs(browser) == [2, 1]


def test_an_unknown_number_shows_all_songs(browser: TestClient, tracks: tuple[int, int]) -> None:
    assert "Which tracks count as one song." in read(browser, "/account/recordings?track=999")


def test_nobody_finds_out_what_others_play(browser: TestClient, tracks: tuple[int, int]) -> None:
    of_bob = seed.track(uri=f"spotify:track:{3:022}", name="A Secret", artist_name="The Lanterns")
    seed.play(seed.account("bob", visibility="private"), of_bob, "2026-06-03 12:00Z")
    text = read(browser, f"/account/recordings?track={of_bob}")
    assert ("Which tracks count as one song." in text, "A Secret" in text) == (True, False)
    forms = (("split", {"track": "{}"}), ("undo", {"track": "{}"}), ("join", {"track": str(tracks[0]), "other": "{}"}))
    for form, values in forms:
        answers = {refusal(browser, form, values, track) for track in (of_bob, 999)}
        assert len(answers) == 1
    browser.post("/account/exclusions", data={"kind": "track", "value": f"spotify:track:{3:022}"})
    assert "A Secret" not in read(browser, "/account/exclusions")


def refusal(browser: TestClient, form: str, values: dict[str, str], track: int) -> str:
    """The page's refusal of a form, without the number that was sent."""
    sent = {name: value.format(track) for name, value in values.items()}
    answer = browser.post(f"/account/recordings/{form}", data=sent)
    assert answer.status_code == 422
    return content(answer.text).partition("</b>")[2].partition("</p>")[0].replace(f"&#39;{track}&#39;", "")
