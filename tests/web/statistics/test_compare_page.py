"""The page that compares two listeners, and the links that lead to it."""

import re

import pytest
from starlette.testclient import TestClient

from db.engine.connection import connected
from db.people.accounts import bump_data_version
from tests.web import seed
from tests.web.reading import BROWSER, content, links, page, read
from tests.web.visitors.visiting import shared, signed_in

PATH = "/compare/alice/bob"


def by(artist: str, title: str, letter: str) -> int:
    artist_id, track = seed.insert("artist", name=artist), seed.track(uri=f"spotify:track:{letter * 22}", name=title)
    seed.insert("track_artist", track_id=track, position=0, artist_id=artist_id)
    return int(track)


@pytest.fixture
def two(client: TestClient) -> tuple[int, int]:
    """Alice has played Paper Boats three times and Low Tide once; Bob, Paper Boats once and Glass once."""
    alice, bob = seed.account(zone="UTC", display_name="Alice <A.>"), seed.account("bob", "UTC")
    boats = seed.known_track()
    tide, glass = by("Quiet Rooms", "Low Tide", "x"), by("Marble Choir", "Glass", "y")
    seed.plays(alice, boats, [f"2026-03-0{day} 12:00Z" for day in (1, 2, 3)])
    seed.play(alice, tide, "2026-03-04 12:00Z")
    seed.play(bob, boats, "2026-03-05 12:00Z")
    seed.play(bob, glass, "2026-03-06 12:00Z")
    return alice, bob


def test_two_listeners_are_compared_in_words_and_numbers(client: TestClient, two: tuple[int, int]) -> None:
    text = read(client, PATH)
    assert "Alice &lt;A.&gt; and bob are quite alike: 33%." in text  # 1/2 of 3/4 + 1/4 + 1/2
    assert "Alice &lt;A.&gt; 4 plays bob 2 plays" in text
    assert "Artists that both play By share of each listener\u2019s plays." in text
    bars = "The Lanterns Alice &lt;A.&gt;: 75.0% bob: 50.0%"
    assert f"Closest: The Lanterns. Alice &lt;A.&gt; bob L {bars}" in text
    assert "The Lanterns 3 1 75.0% 50.0%" in text  # the numbers
    assert "For bob What Alice &lt;A.&gt; plays most and bob never has. Artists Q Quiet Rooms 1 play Songs" in text
    assert "For Alice &lt;A.&gt; What bob plays most and Alice &lt;A.&gt; never has. Artists M Marble Choir" in text


def test_the_artist_with_the_greatest_difference_is_named(client: TestClient, two: tuple[int, int]) -> None:
    seed.plays(two[1], seed.number("SELECT id FROM track WHERE name = 'Low Tide'"), ["2026-03-07 12:00Z"])
    sentence = "Closest: The Lanterns. Furthest apart: The Lanterns, of which Alice &lt;A.&gt; plays more."
    assert sentence in read(client, PATH)


def test_items_link_to_pages_of_a_listener_who_plays_them(client: TestClient, two: tuple[int, int]) -> None:
    addresses = [link for link in links(content(page(client, PATH))) if link.startswith(("/artist/", "/track/"))]
    assert {link.rsplit("/", 1)[1] for link in addresses} == {"alice", "bob"}
    for link in addresses:
        assert client.get(link).status_code == 200, link


def test_a_period_in_which_one_played_nothing_says_so(client: TestClient, two: tuple[int, int]) -> None:
    text = read(client, f"{PATH}?period=2026-03-01")
    assert "bob played nothing on Sunday, 1 March 2026, so there is nothing to compare." in text
    assert "Artists that both play" not in text
    assert "Alice &lt;A.&gt; played nothing in 2019, so there is nothing to compare." in read(
        client, f"{PATH}?period=2019"
    )


def test_listeners_without_an_artist_in_common_are_not_alike(client: TestClient, two: tuple[int, int]) -> None:
    assert "are not alike at all: 0%." in read(client, f"{PATH}?from=2026-03-04&to=2026-03-07")


def test_a_page_changes_with_the_plays_of_either(client: TestClient, two: tuple[int, int]) -> None:
    for account in two:
        tag = client.get(PATH, headers=BROWSER).headers["etag"]
        assert client.get(PATH, headers={**BROWSER, "If-None-Match": tag}).status_code == 304
        with connected():
            bump_data_version(account)
        assert client.get(PATH, headers={**BROWSER, "If-None-Match": tag}).status_code == 200


def test_readable_accounts_are_offered_for_comparison(client: TestClient, two: tuple[int, int]) -> None:
    seed.account("dora", visibility="private")
    redirect = client.get("/compare/alice")
    assert (redirect.status_code, redirect.headers["location"]) == (303, PATH)
    seed.account("carol", display_name="Carol")
    choice = page(client, "/compare/alice")
    assert links(content(choice)) == [PATH, "/compare/alice/carol"]
    assert "/compare/alice/carol" in links(page(client, PATH))
    assert "dora" not in choice + page(client, PATH)


def test_without_another_readable_account_there_is_nobody_to_compare_with(client: TestClient) -> None:
    alice = seed.account(visibility="private")
    seed.account("bob", visibility="private")
    client.cookies = signed_in(alice)
    text = page(client, "/compare/alice")
    assert "There is nobody to compare with." in text
    assert "bob" not in text
    client.cookies = {}
    by_link = client.get(f"/compare/alice?share={shared(alice)}", headers=BROWSER)
    assert (by_link.status_code, "There is nobody to compare with." in by_link.text) == (200, True)
    assert client.get("/compare/alice", headers=BROWSER).status_code == 404


def test_home_links_to_the_other_readable_accounts(client: TestClient, two: tuple[int, int]) -> None:
    seed.account("dora", visibility="private")
    home = links(content(page(client, "/totals/alice?period=week")))
    assert home.index("/totals/alice?period=week") < home.index("/totals/bob?period=week")
    assert "/compare/alice" in home
    assert "/totals/dora?period=week" not in home
    by_link = page(client, f"/totals/alice?share={shared(two[0])}")
    assert "/compare/" not in by_link
    assert "/totals/bob" not in by_link


def test_home_of_an_account_without_plays_links_to_the_others(client: TestClient) -> None:
    seed.account(), seed.account("bob")
    text = page(client, "/totals/alice")
    assert "/totals/bob" in links(content(text))
    assert "<<<" not in text


def test_home_of_the_only_account_links_to_no_comparison(client: TestClient) -> None:
    seed.account()
    assert "/compare/" not in page(client, "/totals/alice")


def test_bars_of_both_listeners_have_one_scale(client: TestClient, two: tuple[int, int]) -> None:
    quiet = seed.number("SELECT id FROM track WHERE name = 'Low Tide'")
    seed.plays(two[0], quiet, [f"2026-03-08 {hour}:00Z" for hour in range(10, 13)])
    html = page(client, PATH)
    widths = {
        name: re.findall(r'<rect width="([\d.]+)"', html.partition(f'id="for-{place}"')[2].partition("</section>")[0])
        for place, name in ((1, "bob"), (2, "alice"))
    }
    assert (widths["bob"][0], widths["alice"][0]) == ("100", "25")
