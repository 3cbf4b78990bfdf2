"""Recaps are available as a feed."""

import re
from html import unescape
from xml.parsers.expat import ParserCreate

import pytest
from starlette.testclient import TestClient

from tests.web import seed
from tests.web.reading import page
from tests.web.visitors.visiting import shared

FEED = "/recap/alice/feed.atom"


@pytest.fixture
def alice(database_url: str) -> int:
    """Alice has plays in March 2026 and December 2025; the tests' clock stands in November 2026."""
    account = seed.account("alice")
    seed.plays(account, seed.known_track(), [f"2026-03-{day:02} 12:00Z" for day in range(1, 25)])
    seed.plays(account, seed.track(uri="spotify:track:" + "x" * 22, name="A\x01B"), ["2025-12-24 18:00Z"])
    return account


def read(client: TestClient, address: str = FEED) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "application/atom+xml; charset=utf-8"
    ParserCreate().Parse(answer.content, True)
    return unescape(answer.text)


def titles(feed: str) -> list[str]:
    return re.findall(r"<title>([^<]*)</title>", feed)


@pytest.mark.usefixtures("alice")
def test_every_past_month_and_year_with_plays_is_an_entry(client: TestClient) -> None:
    assert titles(read(client)) == [
        "alice in music",
        "March 2026: 1 h 20 min of music",
        "2025: 3 min of music",
        "December 2025: 3 min of music",
    ]


@pytest.mark.usefixtures("alice")
def test_an_entry_links_to_its_recap_and_keeps_its_id(client: TestClient) -> None:
    first = read(client)
    assert 'href="http://127.0.0.1/recap/alice?period=2026-03"' in first
    assert "<li>The Lanterns (24)</li>" in first
    assert re.findall("<id>(.*)</id>", read(client)) == re.findall("<id>(.*)</id>", first)
    assert len(set(re.findall("<id>(.*)</id>", first))) == 4


def test_without_plays_the_feed_has_no_entries(client: TestClient) -> None:
    seed.account("alice")
    assert titles(read(client)) == ["alice in music"]


def updated(feed: str) -> list[str]:
    return re.findall("<updated>([^<]*)</updated>", feed)


def test_the_dates_of_a_restricted_link_are_days_without_a_time_zone(client: TestClient, alice: int) -> None:
    link = shared(alice, question="recap", redacted=True)
    days = ["2026-04-01", "2026-04-01", "2026-01-01", "2026-01-01"]
    assert updated(read(client, f"{FEED}?share={link}")) == [f"{day}T00:00:00.000Z" for day in days]


def test_an_empty_feed_reveals_nothing_about_the_account_to_a_restricted_link(client: TestClient) -> None:
    link = shared(seed.account("alice"), question="recap", redacted=True)
    assert updated(read(client, f"{FEED}?share={link}")) == ["2026-11-01T00:00:00.000Z"]


def test_a_link_reads_the_feed_and_is_kept_in_its_addresses(client: TestClient, alice: int) -> None:
    link = shared(alice, question="recap", redacted=True)
    assert f"period=2026-03&share={link}" in read(client, f"{FEED}?share={link}")
    of_a_period = shared(alice, question="recap", period="2026")
    assert client.get(f"{FEED}?share={of_a_period}").status_code == 404
    of_something_else = shared(alice, question="streaks")
    assert client.get(f"{FEED}?share={of_something_else}").status_code == 404


@pytest.mark.usefixtures("alice")
def test_the_page_links_to_its_feed(client: TestClient) -> None:
    assert f'type="application/atom+xml" href="{FEED}"' in page(client, "/recap/alice?period=2026")
