"""The rows of rankings have small charts."""

import re

import pytest
from starlette.testclient import TestClient

from tests.web import seed
from tests.web.known_music import know_genres
from tests.web.reading import content, page, words
from tests.web.visitors.visiting import shared

MARCH, MAY = ["2026-03-05 12:00Z", "2026-03-06 12:00Z", "2026-03-07 12:00Z"], ["2026-05-05 12:00Z"]
CHART = re.compile(r'<svg class="trend" viewBox="0 0 (\d+) 20"[^>]* aria-label="([^"]+)"><path d="([^"]+)"/></svg>')
OF_PLAYS = "M0 20V20h1V20h1V0h1V20h1V13.33h1V20h1V20h1V20h1V20h1V20h1V20h1V20z"  # until November, the current month
BY_MONTH = "The small charts show plays by month, each on a scale of its own."


@pytest.fixture
def alice(client: TestClient) -> int:
    alice, boats = seed.account(), seed.known_track()
    seed.plays(alice, boats, [*MARCH, *MAY])
    know_genres(boats, {"dream pop": 1.0})
    return alice


@pytest.mark.parametrize("question", ["top-tracks", "top-artists", "top-albums", "top-genres"])
def test_each_row_shows_its_plays_by_month(client: TestClient, alice: int, question: str) -> None:
    html = page(client, f"/{question}/alice?period=2026")
    assert CHART.findall(html) == [("11", "Most plays in March 2026: 3", OF_PLAYS)]
    assert BY_MONTH in words(html)


def test_charts_of_a_ranking_by_time_show_listening_time(client: TestClient, alice: int) -> None:
    html = page(client, "/top-artists/alice?period=2026&by=time")
    assert [says for _steps, says, _path in CHART.findall(html)] == ["Most listening in March 2026: 10 min"]
    assert "The small charts show listening time by month, each on a scale of its own." in words(html)


def test_charts_of_a_month_have_its_days(client: TestClient, alice: int) -> None:
    ((steps, says, _path),) = CHART.findall(page(client, "/top-albums/alice?period=2026-03"))
    assert (steps, says) == ("31", "Most plays on Thursday, 5 March 2026: 1")


@pytest.mark.parametrize("query", ["period=2026-03-05", "period=2026&show=covers", "period=2019"])
def test_a_day_covers_and_an_empty_ranking_have_no_charts(client: TestClient, alice: int, query: str) -> None:
    html = content(page(client, f"/top-artists/alice?{query}"))
    assert "trend" not in html
    assert "The small charts" not in html


def test_a_link_for_one_period_shows_charts_and_one_with_totals_only_does_not(client: TestClient, alice: int) -> None:
    address = "/top-artists/alice?period=2026&share="
    assert CHART.findall(page(client, address + shared(alice, period="2026")))
    assert not CHART.findall(page(client, address + shared(alice, redacted=True)))
