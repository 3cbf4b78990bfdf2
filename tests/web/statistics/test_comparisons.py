"""Pages compare a period with the one before it. The tests' clock stands at noon on 20 November 2026."""

import re

import pytest
from starlette.testclient import TestClient

from tests.web import seed
from tests.web.reading import page, read

SO_FAR, WHOLE = "at this point last year", "than the year before"


@pytest.fixture
def alice(client: TestClient) -> int:
    return seed.account("alice", visibility="public")


def test_a_running_period_is_compared_with_the_same_part_of_the_one_before(client: TestClient, alice: int) -> None:
    moments = ["2025-06-01 10:00Z", "2025-06-02 10:00Z", "2025-12-01 10:00Z", "2026-06-01 10:00Z", "2024-06-01 10:00Z"]
    seed.plays(alice, seed.known_track(), moments)
    assert f"50% fewer than {SO_FAR}" in read(client, "/totals/alice?period=2026")
    assert SO_FAR not in read(client, "/totals/alice?period=2025")
    assert WHOLE in read(client, "/totals/alice?period=2025")


def test_a_large_increase_is_given_as_a_factor(client: TestClient, alice: int) -> None:
    before, now = ["2025-06-01 10:00Z", "2025-06-02 10:00Z"], [f"2026-06-{day:02} 10:00Z" for day in range(1, 9)]
    seed.plays(alice, seed.known_track(), before + now)
    assert f"4 times as much as {SO_FAR}" in read(client, "/totals/alice?period=2026")


def test_only_music_never_played_before_is_new(client: TestClient, alice: int) -> None:
    seed.plays(alice, seed.known_track(), ["2024-06-01 10:00Z", "2026-06-01 10:00Z"])
    assert moves(client, "/top-tracks/alice?period=2026") == ["back"]
    assert moves(client, "/top-tracks/alice?period=2024") == ["new"]
    assert moves(client, "/top-artists/alice?period=2026") == ["back"]
    assert moves(client, "/top-albums/alice?period=2024") == ["new"]


def test_music_played_a_month_ago_is_not_back(client: TestClient, alice: int) -> None:
    seed.plays(alice, seed.known_track(), ["2024-06-01 10:00Z", "2026-10-25 10:00Z", "2026-11-02 10:00Z"])
    assert moves(client, "/top-tracks/alice?period=2026-11") == []


def moves(client: TestClient, address: str) -> list[str]:
    return re.findall('<span class="move[^>]*>([a-z]+)</span>', page(client, address))


def test_the_history_marks_plays_that_other_pages_do_not_count(client: TestClient, alice: int) -> None:
    boats = seed.known_track()
    seed.play(alice, boats, "2026-06-01 10:00Z")
    seed.play(alice, boats, "2025-06-01 10:00Z", ms_played=29_999)
    unseen = "Shorter than 30 seconds: listed here, but not counted on other pages"
    assert "1 play and 1 shorter than 30 seconds in all." in read(client, "/history/alice?period=all")
    assert unseen in read(client, "/history/alice?period=all")
    assert "0 plays and 1 shorter than 30 seconds in 2025." in read(client, "/history/alice?period=2025")
    assert unseen not in read(client, "/history/alice?period=2026")
