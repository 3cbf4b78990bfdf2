"""/account/genres lets a listener correct an artist, and decide whether names from exports are looked up."""

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


def test_an_artist_is_corrected_from_its_page_and_the_correction_undone(browser: TestClient, lanterns: int) -> None:
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
    for reference in ("The Lanterns", f"http://127.0.0.1/artist/{lanterns}/alice?period=2026"):
        saved = browser.post("/account/genres/correct", data={"artist": reference, "mbid": MBID}, follow_redirects=True)
        assert saved.status_code == 200
        assert f"{MBID} a correction" in read(browser, f"/account/genres?artist={lanterns}")


def test_an_unknown_artist_or_id_is_refused_with_the_reason(browser: TestClient, lanterns: int) -> None:
    refused = browser.post("/account/genres/correct", data={"artist": str(lanterns), "mbid": "Lanterns"})
    assert refused.status_code == 422
    assert "That is not a MusicBrainz artist" in words(refused.text)
    refused = browser.post("/account/genres/correct", data={"artist": "Nobody Here", "mbid": MBID})
    assert "has played no artist called" in words(refused.text)


def test_an_artist_whom_others_play_too_can_be_corrected_by_administrators_only(
    browser: TestClient, alice: int, lanterns: int
) -> None:
    seed.copy_library(alice, seed.account("bob", visibility="private"))
    refused = browser.post("/account/genres/correct", data={"artist": str(lanterns), "mbid": MBID})
    assert refused.status_code == 422
    assert "only an administrator can correct it" in words(refused.text)


def test_names_from_exports_are_looked_up_only_if_the_listener_agrees(browser: TestClient, lanterns: int) -> None:
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
    """The id of The Lanterns, which is also the name of another artist whom Alice has played."""
    seed.play(alice, seed.track_by(str(lanterns)), "2026-03-01 11:00Z")
    return str(lanterns)


def corrected(browser: TestClient) -> list[str]:
    """The names of the artists that are corrected."""
    with connected():
        result = rows(
            "SELECT name FROM artist_identity JOIN artist ON artist.id = artist_id WHERE source = 'correction'"
        )
    return [name for (name,) in result]


def test_an_artist_named_like_a_number_is_distinguished_from_the_one_with_that_id(
    browser: TestClient, number: str
) -> None:
    """A name has precedence; `#` or the address of the artist's page refers to the id."""
    for reference, name in (
        (number, number),
        (f"#{number}", "The Lanterns"),
        (f"/artist/{number}/alice", "The Lanterns"),
    ):
        browser.post("/account/genres/correct", data={"artist": reference, "mbid": MBID})
        assert corrected(browser) == [name]
        browser.post("/account/genres/undo", data={"artist": reference})
        assert corrected(browser) == []


def test_the_page_of_an_artist_corrects_that_artist_even_if_its_id_is_a_name(browser: TestClient, number: str) -> None:
    html = page(browser, f"/account/genres?artist={number}")
    (reference,) = re.findall('name="artist" value="([^"]*)"', html)
    browser.post("/account/genres/correct", data={"artist": unescape(reference), "mbid": MBID})
    assert corrected(browser) == ["The Lanterns"]
    (reference,) = set(re.findall('name="artist" value="([^"]*)"', page(browser, f"/account/genres?artist={number}")))
    browser.post("/account/genres/undo", data={"artist": unescape(reference)})
    assert corrected(browser) == []


def test_a_number_that_is_no_name_is_the_artists_id(browser: TestClient, lanterns: int) -> None:
    browser.post("/account/genres/correct", data={"artist": str(lanterns), "mbid": MBID})
    assert corrected(browser) == ["The Lanterns"]
    for unknown in ("#", f"#{10**18 - 1}", "999999999999999999999", "#x"):
        refused = browser.post("/account/genres/correct", data={"artist": unknown, "mbid": MBID})
        assert (refused.status_code, "has played no artist called" in words(refused.text)) == (422, True)
