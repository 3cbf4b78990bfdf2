"""The pages about sessions, streaks and milestones."""

import pytest
from starlette.testclient import TestClient

from tests.web import seed
from tests.web.reading import BROWSER, content, read, words
from tests.web.visitors.visiting import shared


@pytest.fixture
def alice(client: TestClient) -> int:
    return seed.account("alice", visibility="public")


def evenings(alice: int) -> None:
    """Insert ten plays on each of three successive evenings in Berlin, and a single play a week later."""
    boats = seed.known_track()
    moments = [f"2026-03-0{day} 20:{minute:02}Z" for day in (2, 3, 4) for minute in range(4, 44, 4)]
    seed.plays(alice, boats, [*moments, "2026-03-11 20:00Z"])


def test_sessions_are_counted_and_the_longest_shown_in_local_time(client: TestClient, alice: int) -> None:
    evenings(alice)
    text = read(client, "/sessions/alice?period=2026")
    assert "4 sessions; half of them lasted 39 min or less." in text
    assert "Most begin at 21:00 3 sessions" in text
    assert "Wednesday, 4 March 2026 21:00 to 21:40, 10 plays 39 min" in text
    assert "A session ends where nothing plays for more than 20 minutes." in text


def test_for_few_plays_the_heading_is_only_a_count(client: TestClient, alice: int) -> None:
    seed.plays(alice, seed.known_track(), ["2026-03-02 10:00Z", "2026-03-02 18:00Z"])
    assert "2 plays in 2 sessions." in read(client, "/sessions/alice?period=2026")


def test_the_page_links_to_other_lengths_of_silence(client: TestClient, alice: int) -> None:
    evenings(alice)
    assert "/sessions/alice?period=2026&amp;gap=60" in client.get("/sessions/alice?period=2026", headers=BROWSER).text
    assert "more than 60 minutes" in read(client, "/sessions/alice?gap=60")


def test_the_longest_streak_links_to_its_plays(client: TestClient, alice: int) -> None:
    evenings(alice)
    page = client.get("/streaks/alice", headers=BROWSER).text
    assert "Longest streak: 3 days, 2 Mar 2026 to 4 Mar 2026." in words(page)
    assert "No current streak: nothing was played today or yesterday." in words(page)
    assert 'href="/history/alice?from=2026-03-02&amp;to=2026-03-05"' in page


def test_a_current_streak_is_shown_with_its_first_day(client: TestClient, alice: int) -> None:
    seed.plays(alice, seed.known_track(), ["2026-11-19 10:00Z", "2026-11-20 10:00Z"])
    text = read(client, "/streaks/alice")
    assert "2 days in a row with music, since 19 November 2026: the longest streak so far." in text


def test_days_apart_are_no_streak(client: TestClient, alice: int) -> None:
    seed.plays(alice, seed.known_track(), ["2026-03-02 10:00Z", "2026-03-04 10:00Z"])
    assert "No two days in a row with music." in read(client, "/streaks/alice")


def test_a_link_with_sums_only_gets_no_links_from_streaks_to_plays(client: TestClient, alice: int) -> None:
    evenings(alice)
    page = client.get(f"/streaks/alice?share={shared(alice, redacted=True)}", headers=BROWSER).text
    assert "Longest streak: 3 days." in words(page)
    assert "/history/" not in content(page)


def test_milestones_have_their_song_and_day_and_the_next_goal(client: TestClient, alice: int) -> None:
    seed.plays(alice, seed.known_track(), [f"2026-03-{day:02} 23:30Z" for day in range(1, 21)])
    text = read(client, "/milestones/alice")
    assert "1 hour on 19 Mar 2026, with Paper Boats." in text  # half past midnight in Berlin
    assert "Paper Boats The Lanterns, A Guest 1 play 2 Mar 2026" in text
    assert "100 plays 20 so far, 20% of the way" in text


def test_a_period_without_a_round_number_says_so(client: TestClient, alice: int) -> None:
    evenings(alice)
    assert "No round number was reached in 2025." in read(client, "/milestones/alice?period=2025")


def test_the_latest_milestones_link_to_all_of_them(client: TestClient, alice: int) -> None:
    """200 plays of 500 hours each reach 1, 100 and 500 hours, every 1,000 hours, and 1 and 100 plays."""
    moments = [f"2025-{month:02}-{day:02} 12:00Z" for month in range(1, 11) for day in range(1, 21)]
    seed.plays(alice, seed.known_track(), moments, ms_played=1_800_000_000)
    latest = client.get("/milestones/alice?period=2025", headers=BROWSER).text
    assert ("80 of 105 Show more" in words(latest), "1 hour " in words(latest)) == (True, False)
    assert 'href="/milestones/alice?period=2025&amp;limit=1000"' in latest
    every = read(client, "/milestones/alice?period=2025&limit=1000")
    assert ("100,000 hours" in every, "1 hour " in every, "Show more" in every) == (True, True, False)
