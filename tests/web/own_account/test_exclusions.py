"""/account/exclusions hides plays of music that a page is about, and shows them again."""

import re

import pytest
from starlette.testclient import TestClient

from tests.web import seed
from tests.web.reading import content, page, read
from tests.web.visitors.visiting import by_our_page, signed_in

FORM = re.compile(r'<form method="post" action="/account/exclusions"[^>]*>.*?</form>', re.DOTALL)
FIELD = re.compile(r'type="hidden" name="(\w+)" value="([^"]*)"')
FIRST = {
    "artist": "SELECT min(id) FROM artist", "album": "SELECT min(id) FROM album", "track": "SELECT min(id) FROM track"
}  # fmt: skip


def plays(browser: TestClient) -> int:
    return int(browser.get("/totals/alice").json()["totals"]["plays"])


@pytest.fixture
def heard(alice: int) -> int:
    """Insert two plays of Paper Boats; returns the id of the track."""
    track = seed.known_track()
    seed.plays(alice, track, ["2026-06-01 12:00Z", "2026-06-02 12:00Z"])
    return track


@pytest.mark.parametrize(("kind", "rule"), [
    ("artist", "Artist: The Lanterns"), ("album", "Album: Harbour"),
    ("track", "Song: The Lanterns \u2013 Paper Boats"),
])  # fmt: skip
def test_the_music_of_a_page_is_hidden_and_shown_again(browser: TestClient, heard: int, kind: str, rule: str) -> None:
    (form,) = FORM.findall(content(page(browser, f"/{kind}/{seed.number(FIRST[kind])}/alice")))
    answer = browser.post("/account/exclusions", data=dict(FIELD.findall(form)))
    assert (answer.status_code, answer.headers["location"]) == (303, "/account/exclusions#exclusions")
    assert plays(browser) == 0
    text = read(browser, "/account/exclusions")
    assert "Saved. No page counts these plays any more." in text
    assert "1 rule hides plays from every page." in text
    assert re.search(re.escape(rule) + r" \d+ \w+ \d{4} 2 plays Undo", text)
    browser.post("/account/exclusions/remove", data={"id": "1"})
    assert plays(browser) == 2
    assert "Every play counts." in read(browser, "/account/exclusions")


def test_only_the_listener_is_offered_to_hide_music(browser: TestClient, alice: int, heard: int) -> None:
    seed.change("UPDATE account SET visibility = 'public'")
    for cookies in ({}, signed_in(seed.account("bob"))):
        browser.cookies = cookies
        assert "/account/exclusions" not in content(page(browser, f"/track/{heard}/alice"))


@pytest.mark.parametrize(("kind", "value", "rule"), [
    ("hours", "22-6", "Hours of the day: 22:00\u201306:00"), ("incognito", "", "Private sessions"),
    ("device", "Sonos", "Device: sonos"), ("artist", "<b>", "Artist: &lt;b&gt;"),
])  # fmt: skip
def test_other_rules_are_added_on_the_page(browser: TestClient, kind: str, value: str, rule: str) -> None:
    assert browser.post("/account/exclusions", data={"kind": kind, "value": value}).status_code == 303
    assert re.search(re.escape(rule) + r" \d+ \w+ \d{4} 0 plays", read(browser, "/account/exclusions"))


@pytest.mark.parametrize(("form", "sentence"), [
    ({"kind": "hours", "value": "late"}, "is not a range of hours"), ({"kind": "artist"}, "Give the artist"),
    ({"kind": "mood", "value": "sad"}, "`kind` must be one of"),
    ({"kind": "artist", "value": "x" * 5_000}, "has at most 1000 characters and 1300 bytes."),
])  # fmt: skip
def test_an_invalid_rule_is_refused_on_the_page(browser: TestClient, form: dict[str, str], sentence: str) -> None:
    answer = browser.post("/account/exclusions", data=form)
    assert (answer.status_code, sentence in answer.text.replace("<code>", "`").replace("</code>", "`")) == (422, True)


def test_the_rule_of_another_account_stays(browser: TestClient, heard: int) -> None:
    browser.post("/account/exclusions", data={"kind": "incognito", "value": ""})
    cookies = signed_in(seed.account("bob"))
    browser.cookies = cookies
    answer = browser.post("/account/exclusions/remove", data={"id": "1"}, headers=by_our_page(cookies))
    assert answer.status_code == 422
    assert seed.number("SELECT count(*) FROM exclusion") == 1


def test_probable_podcasts_are_offered_for_hiding_with_the_evidence(
    browser: TestClient, alice: int, heard: int
) -> None:
    for number in range(3):
        episode = seed.track(uri=None, name=f"With guest {number}", artist_name="The Show")
        seed.plays(alice, episode, [f"2026-06-1{number} 12:00Z"], ms_played=2_400_000)
    text = read(browser, "/account/exclusions")
    assert "The Show 3 plays of 40 min on average, each title within a few days: probably a podcast" in text
    (form,) = [
        form for form in FORM.findall(content(page(browser, "/account/exclusions"))) if 'value="The Show"' in form
    ]
    browser.post("/account/exclusions", data=dict(FIELD.findall(form)))
    assert plays(browser) == 2
    text = read(browser, "/account/exclusions")
    assert "Artist: The Show" in text
    assert "Probably not music" not in text
