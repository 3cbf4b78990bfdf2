"""/totals/{username}: the home of an account."""

from starlette.testclient import TestClient

from tests.web import seed
from tests.web.reading import BROWSER, content, links, read, words
from tests.web.visitors.visiting import shared, signed_in

NOTHING = "Nothing has been recorded yet."


def test_a_listener_without_plays_is_led_to_the_ways_to_get_some(client: TestClient) -> None:
    client.cookies.update(signed_in(seed.account("alice")))
    page = client.get("/totals/alice", headers=BROWSER).text
    assert NOTHING in words(page)
    doors = [href for href in links(content(page)) if "/totals/" not in href]
    assert doors == ["/account/spotify", "/account/imports"]
    assert "All time" not in words(content(page))


def test_other_readers_are_led_nowhere(client: TestClient) -> None:
    seed.account("alice", visibility="public")
    page = client.get("/totals/alice", headers=BROWSER).text
    assert NOTHING in page
    assert links(content(page).partition("<section")[2].partition("</section>")[0]) == []


def test_a_week_without_plays_is_not_a_beginning(client: TestClient) -> None:
    alice = seed.account("alice", visibility="public")
    seed.play(alice, seed.known_track(), "2026-03-03 10:00Z")
    assert NOTHING not in read(client, "/totals/alice?period=2025")


def test_a_link_for_one_period_does_not_say_whether_there_are_others(client: TestClient) -> None:
    alice = seed.account("alice")
    assert NOTHING not in read(client, f"/totals/alice?period=2025&share={shared(alice, period='2025')}")


def test_what_was_just_played_has_its_time_if_that_is_today(client: TestClient) -> None:
    alice, boats = seed.account("alice", visibility="public"), seed.known_track()
    seed.play(alice, boats, "2026-11-20 11:55Z")
    seed.play(alice, boats, "2026-03-03 10:00Z")
    text = read(client, "/totals/alice?period=2026").partition("Just played")[2]
    assert "Paper Boats The Lanterns \u00b7 12:55 Paper Boats The Lanterns \u00b7 3 Mar 2026" in text
