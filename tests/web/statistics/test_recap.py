"""The page with the recap of a period."""

import pytest
from starlette.testclient import TestClient

from tests.web import seed
from tests.web.reading import BROWSER, content, read, words
from tests.web.visitors.visiting import shared


@pytest.fixture
def alice() -> int:
    return seed.account("alice")


def a_year(alice: int) -> None:
    seed.plays(alice, seed.known_track(), [f"2026-03-{day:02} 12:00Z" for day in range(1, 25)])
    low_tide = seed.track(uri="spotify:track:" + "x" * 22, name="Low Tide", artist_name="The Coast")
    seed.plays(alice, low_tide, ["2026-03-24 12:10Z", "2026-04-02 20:00Z"])


def test_a_recap_shows_the_period_in_cards(client: TestClient, alice: int) -> None:
    a_year(alice)
    text = read(client, "/recap/alice?period=2026")
    assert "most of all The Lanterns." in text
    assert "Artist played most The Lanterns 24 of 26 plays." in text
    assert "On repeat" in text
    assert "New to you 2 songs for the first time" in text
    assert "By the clock 13:00 The hour with the most plays: 25 of 26 plays." in text
    assert "Busiest day 2 plays on Tuesday, 24 March 2026." in text


def test_a_recap_links_to_the_whole_rankings_of_its_period(client: TestClient, alice: int) -> None:
    a_year(alice)
    page = content(client.get("/recap/alice?period=2026-03", headers=BROWSER).text)
    for ranking in ("top-artists", "top-tracks", "top-albums"):
        assert f'href="/{ranking}/alice?period=2026-03&amp;by=plays"' in page


def test_a_recap_of_few_plays_is_only_their_count(client: TestClient, alice: int) -> None:
    seed.play(alice, seed.known_track(), "2026-03-02 12:00Z")
    page = client.get("/recap/alice?period=2026", headers=BROWSER).text
    assert "1 play in 2026." in words(page)
    assert 'class="story"' not in page
    assert "Nothing was played in 2025." in read(client, "/recap/alice?period=2025")


def test_a_recap_says_how_many_days_were_not_recorded(client: TestClient, alice: int) -> None:
    a_year(alice)
    days = client.get("/recap/alice?period=2026-03").json()["days_not_recorded"]
    assert f"Not recorded: {days:.0f} days." in read(client, "/recap/alice?period=2026-03")


def test_visitors_with_a_link_are_not_offered_to_share(client: TestClient, alice: int) -> None:
    a_year(alice)
    assert "To share" in read(client, "/recap/alice?period=2026")
    share = shared(alice, "recap", "2026")
    text = read(client, f"/recap/alice?period=2026&share={share}")
    assert ("To share" in text, " More " in text, "Insight Recap " in text) == (False, False, True)


def test_a_recap_with_totals_only_shows_no_hours(client: TestClient, alice: int) -> None:
    a_year(alice)
    text = read(client, f"/recap/alice?period=2026&share={shared(alice, redacted=True)}")
    assert "Artist played most The Lanterns 24 of 26 plays." in text
    assert "By the clock" not in text
    assert "Not recorded" not in text
