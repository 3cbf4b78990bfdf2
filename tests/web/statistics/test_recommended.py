"""The page about the quality of recommendations."""

from datetime import date

import pytest
from starlette.testclient import TestClient

from tests.recommend.listed import night, track
from tests.web import seed
from tests.web.reading import links, page, read
from tests.web.visitors.visiting import with_token

PATH = "/recommendation-quality/alice"
SENTENCE = "You played 50% of the songs of your lists within a week"


@pytest.fixture
def alice(client: TestClient) -> int:
    return seed.account(zone="UTC")


def test_without_a_list_that_is_a_week_old_there_is_no_verdict(client: TestClient, alice: int) -> None:
    young = "No list of these days is a week old yet, so it is too early to tell."
    assert young in read(client, PATH)
    night(alice, [("rotation", track("Low Tide"), ["rotation"])], day=date(2026, 11, 20))
    text = read(client, PATH)
    assert young in text
    assert "0 lists count here: their week is over. 1 more is too young." in text
    assert "By kind Songs" not in text


def test_lists_are_compared_with_simple_ones_by_kind_source_and_month(client: TestClient, alice: int) -> None:
    low, high, slow = track("Low Tide"), track("High Tide"), track("Slow Tide")
    songs = [("rotation", low, ["rotation"]), ("rotation", high, ["rotation"]), ("deeper", slow, ["house"])]
    night(alice, songs, [("rotation", high), ("deeper", low)], day=date(2026, 10, 30))
    night(alice, songs[2:], [("deeper", high)], day=date(2026, 11, 2))
    for heard, at in ((low, "2026-10-31 10:00Z"), (slow, "2026-11-01 10:00Z")):
        seed.play(alice, heard, at)
    text = read(client, PATH)
    assert f"{SENTENCE}, 25% of a simple list\u2019s." in text
    assert "In rotation 2 songs. Your lists: 50% A simple list: 0%" in text
    assert "More of what you love 2 songs. Your lists: 50% A simple list: 50%" in text
    assert "Forgotten favourites 0 songs. Your lists: none shown A simple list: nothing to compare" in text
    assert "What others here play 2 songs. Your lists: 50% A simple list: 50%" in text
    assert "October 2026 3 songs. Your lists: 67% A simple list: 33%" in text
    assert "Played most: October 2026, 67%." in text
    assert "October 2026 3 2 67% 33% 2.00" in text  # the numbers


def test_without_a_simple_list_only_the_own_rate_is_shown(client: TestClient, alice: int) -> None:
    low, high = track("Low Tide"), track("High Tide")
    night(alice, [("deeper", low, ["house"]), ("deeper", high, ["house"])], day=date(2026, 11, 2))
    seed.play(alice, low, "2026-11-03 10:00Z")
    assert f"{SENTENCE}. 30 days" in read(client, PATH)


def test_the_page_links_to_other_spans_and_todays_list(client: TestClient, alice: int) -> None:
    text = page(client, f"{PATH}?days=365")
    assert {f"{PATH}?days={days}" for days in (30, 90, 365, 3650)} <= set(links(text))
    assert '<a href="/today/alice" aria-current="page">Today</a>' in text
    assert links(text).count("/today/alice") == 2
    only = with_token(alice, questions=["recommendation-quality"])
    seed.change("UPDATE account SET visibility = 'private'")
    assert "/today/" not in client.get(f"{PATH}?format=html", headers=only).text
