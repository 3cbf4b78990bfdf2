"""/account/genres: a listener corrects an artist, and decides whether names of exports are looked up."""

import re
from html import unescape

import pytest
from starlette.testclient import TestClient

from db.engine.connection import connected, rows
from tests.web import seed
from tests.web.languages.pseudo import pseudo, spoken
from tests.web.reading import content, links, page, read, words

MBID = "0383dadf-2a4e-4d10-a46a-e9e041da8eb3"


@pytest.fixture
def lanterns(browser: TestClient, alice: int) -> int:
    seed.play(alice, seed.known_track(), "2026-03-01 10:00Z")
    number: int = browser.get("/top-artists/alice").json()["artists"][0]["id"]
    return number


def test_an_artist_is_corrected_on_its_page_and_that_can_be_undone(browser: TestClient, lanterns: int) -> None:
    address = f"/account/genres?artist={lanterns}"
    assert address in links(content(page(browser, f"/artist/{lanterns}/alice")))
    text = read(browser, address)
    assert "Which artist is The Lanterns?" in text
    assert "At MusicBrainz Insight uses the first one. Not found so far." in text
    link = f"https://musicbrainz.org/artist/{MBID}"
    saved = browser.post("/account/genres/correct", data={"artist": str(lanterns), "mbid": link}, follow_redirects=True)
    assert "The next lookups bring the genres and the country of this artist." in words(saved.text)
    assert f"{MBID} a correction" in read(browser, address)
    undone = browser.post("/account/genres/undo", data={"artist": str(lanterns)}, follow_redirects=True)
    assert "Lookups decide again which artist this is." in words(undone.text)
    assert "Undo the correction" not in read(browser, address)


def test_an_artist_may_be_given_by_name_or_by_the_address_of_its_page(browser: TestClient, lanterns: int) -> None:
    for given in ("The Lanterns", f"http://127.0.0.1/artist/{lanterns}/alice?period=2026"):
        saved = browser.post("/account/genres/correct", data={"artist": given, "mbid": MBID}, follow_redirects=True)
        assert saved.status_code == 200
        assert f"{MBID} a correction" in read(browser, f"/account/genres?artist={lanterns}")


def test_what_is_no_artist_is_refused_with_the_reason(browser: TestClient, lanterns: int) -> None:
    refused = browser.post("/account/genres/correct", data={"artist": str(lanterns), "mbid": "Lanterns"})
    assert refused.status_code == 422
    assert "That is not a MusicBrainz artist" in words(refused.text)
    refused = browser.post("/account/genres/correct", data={"artist": "Nobody Here", "mbid": MBID})
    assert "has played no artist called" in words(refused.text)


def test_an_artist_that_others_play_too_is_not_the_listeners_alone_to_correct(
    browser: TestClient, alice: int, lanterns: int
) -> None:
    seed.know_the_same(alice, seed.account("bob", visibility="private"))
    refused = browser.post("/account/genres/correct", data={"artist": str(lanterns), "mbid": MBID})
    assert refused.status_code == 422
    assert "only an administrator can correct it" in words(refused.text)


def test_names_of_exports_are_looked_up_only_if_the_listener_says_so(browser: TestClient, lanterns: int) -> None:
    assert "Insight sends these names to nobody" in read(browser, "/account/genres")
    saved = browser.post("/account/genres/names", data={"names": "on"}, follow_redirects=True)
    assert "Insight looks these names up from the next run on." in words(saved.text)
    assert "Insight sends these names to its music services" in words(saved.text)
    saved = browser.post("/account/genres/names", data={"names": "off"}, follow_redirects=True)
    assert "has deleted the results" in words(saved.text)
    assert browser.post("/account/genres/names", data={"names": "maybe"}).status_code == 422


def test_refusals_are_in_the_language_of_the_page(browser: TestClient, lanterns: int) -> None:
    with spoken():
        unreadable = browser.post("/account/genres/correct", data={"artist": str(lanterns), "mbid": "Lanterns"})
        unplayed = browser.post("/account/genres/correct", data={"artist": "Nobody", "mbid": MBID})
    assert pseudo("That is not a MusicBrainz artist: give the address of its page, or the id in it.") in words(
        unreadable.text
    )
    assert pseudo("has played no artist called").strip("[]~") in words(unplayed.text)


@pytest.fixture
def number(browser: TestClient, alice: int, lanterns: int) -> str:
    """The number of The Lanterns, which is also the name of another artist that alice has played."""
    seed.play(alice, seed.track_by(str(lanterns)), "2026-03-01 11:00Z")
    return str(lanterns)


def corrected(browser: TestClient) -> list[str]:
    """The names of the artists that are corrected."""
    with connected():
        found = rows(
            "SELECT name FROM artist_identity JOIN artist ON artist.id = artist_id WHERE source = 'correction'"
        )
    return [name for (name,) in found]


def test_an_artist_called_by_a_number_is_told_from_the_one_with_that_number(browser: TestClient, number: str) -> None:
    """A name comes first; with #, or by the address of its page, the number is meant."""
    for given, name in (
        (number, number),
        (f"#{number}", "The Lanterns"),
        (f"/artist/{number}/alice", "The Lanterns"),
    ):
        browser.post("/account/genres/correct", data={"artist": given, "mbid": MBID})
        assert corrected(browser) == [name]
        browser.post("/account/genres/undo", data={"artist": given})
        assert corrected(browser) == []


def test_the_page_of_an_artist_corrects_that_one_although_its_number_is_a_name(
    browser: TestClient, number: str
) -> None:
    html = page(browser, f"/account/genres?artist={number}")
    (given,) = re.findall('name="artist" value="([^"]*)"', html)
    browser.post("/account/genres/correct", data={"artist": unescape(given), "mbid": MBID})
    assert corrected(browser) == ["The Lanterns"]
    (given,) = set(re.findall('name="artist" value="([^"]*)"', page(browser, f"/account/genres?artist={number}")))
    browser.post("/account/genres/undo", data={"artist": unescape(given)})
    assert corrected(browser) == []


def test_a_number_that_nobody_is_called_is_the_artists_number(browser: TestClient, lanterns: int) -> None:
    browser.post("/account/genres/correct", data={"artist": str(lanterns), "mbid": MBID})
    assert corrected(browser) == ["The Lanterns"]
    for unknown in ("#", f"#{10**18 - 1}", "999999999999999999999", "#x"):
        refused = browser.post("/account/genres/correct", data={"artist": unknown, "mbid": MBID})
        assert (refused.status_code, "has played no artist called" in words(refused.text)) == (422, True)
