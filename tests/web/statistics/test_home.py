"""/totals/<username> is the home page of an account."""

from starlette.testclient import TestClient

from tests.web import seed
from tests.web.reading import BROWSER, content, links, read, words
from tests.web.visitors.visiting import shared, signed_in

NOTHING = "Nothing has been recorded yet."


def test_a_listener_without_plays_gets_links_to_the_ways_to_get_some(client: TestClient) -> None:
    client.cookies.update(signed_in(seed.account("alice")))
    page = client.get("/totals/alice", headers=BROWSER).text
    assert NOTHING in words(page)
    ways = [href for href in links(content(page)) if "/totals/" not in href]
    assert ways == ["/account/spotify", "/account/imports"]
    assert "All time" not in words(content(page))


def test_other_visitors_of_an_account_without_plays_get_no_links(client: TestClient) -> None:
    seed.account("alice", visibility="public")
    page = client.get("/totals/alice", headers=BROWSER).text
    assert NOTHING in page
    assert links(content(page).partition("<section")[2].partition("</section>")[0]) == []


def test_an_account_with_older_plays_is_not_called_empty(client: TestClient) -> None:
    alice = seed.account("alice", visibility="public")
    seed.play(alice, seed.known_track(), "2026-03-03 10:00Z")
    assert NOTHING not in read(client, "/totals/alice?period=2025")


def test_a_link_for_one_period_does_not_reveal_whether_there_are_other_plays(client: TestClient) -> None:
    alice = seed.account("alice")
    assert NOTHING not in read(client, f"/totals/alice?period=2025&share={shared(alice, period='2025')}")


def test_recent_plays_have_their_time_if_they_are_of_today(client: TestClient) -> None:
    alice, boats = seed.account("alice", visibility="public"), seed.known_track()
    seed.play(alice, boats, "2026-11-20 11:55Z")
    seed.play(alice, boats, "2026-03-03 10:00Z")
    text = read(client, "/totals/alice?period=2026").partition("Just played")[2]
    assert "Paper Boats The Lanterns \u00b7 12:55 Paper Boats The Lanterns \u00b7 3 Mar 2026" in text
