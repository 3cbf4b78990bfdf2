"""The pages under Discover: discoveries, first plays, forgotten songs, obsessions, and this day in earlier years."""

import pytest
from starlette.testclient import TestClient

from tests.web import seed
from tests.web.reading import BROWSER, content, read, words
from tests.web.visitors.visiting import shared


@pytest.fixture
def alice() -> int:
    return seed.account("alice")


def test_discoveries_count_new_songs_and_list_those_played_again(client: TestClient, alice: int) -> None:
    seed.plays(alice, seed.known_track(), [f"2026-03-0{day} 12:00Z" for day in (2, 3, 4)])
    seed.play(alice, seed.track(uri="spotify:track:" + "x" * 22, name="Low Tide"), "2026-04-05 12:00Z")
    text = read(client, "/discoveries/alice?period=2026")
    assert "2 songs and 1 artist for the first time in 2026." in text
    assert "Paper Boats The Lanterns, A Guest Since 2 Mar 2026 3 plays" in text
    assert "Low Tide" not in text
    assert "Nothing was played for the first time in 2025." in read(client, "/discoveries/alice?period=2025")


def test_first_plays_name_the_song_and_the_day(client: TestClient, alice: int) -> None:
    seed.plays(alice, seed.known_track(), ["2026-03-02 23:30Z", "2026-03-04 12:00Z"])
    text = read(client, "/first-plays/alice")
    assert "1 artist so far." in text
    assert "The Lanterns Paper Boats, 3 Mar 2026 2 plays" in text  # past midnight in Berlin
    assert "No artist was played for the first time in 2025." in read(client, "/first-plays/alice?period=2025")


def test_forgotten_songs_have_the_times_of_their_most_and_last_plays(client: TestClient, alice: int) -> None:
    seed.plays(alice, seed.known_track(), [f"2025-03-{day} 12:00Z" for day in range(10, 22)])
    text = read(client, "/forgotten/alice")
    assert "1 song with 10 plays or more, but none in the last 6 months." in text
    assert "Most in March 2025, 12 plays. Last on 21 Mar 2025 12 plays" in text
    assert "No song with 10 plays or more in 2024 was left for 6 months." in read(
        client, "/forgotten/alice?period=2024"
    )


def test_a_link_with_sums_only_shows_no_last_play_of_forgotten_songs(client: TestClient, alice: int) -> None:
    seed.plays(alice, seed.known_track(), [f"2025-03-{day} 12:00Z" for day in range(10, 22)])
    text = read(client, f"/forgotten/alice?share={shared(alice, redacted=True)}")
    assert "Most in March 2025, 12 plays. 12 plays" in text
    assert "21 Mar 2025" not in text


def test_obsessions_name_the_one_that_lasted_longest(client: TestClient, alice: int) -> None:
    boats = seed.known_track()
    seed.plays(alice, boats, [f"2026-03-{day:02} 1{hour}:00Z" for day in range(2, 16) for hour in (1, 2)])
    text = read(client, "/obsessions/alice")
    assert "Paper Boats took over for the longest: 28 plays in 2 weeks in a row." in text
    assert "2 weeks, 100% of all plays, from 2 Mar 2026 28 plays" in text
    assert "No song took over a week in 2025." in read(client, "/obsessions/alice?period=2025")


def test_a_short_obsession_is_only_counted_in_the_heading(client: TestClient, alice: int) -> None:
    seed.plays(alice, seed.known_track(), [f"2026-03-02 1{hour}:00Z" for hour in range(8)])
    assert "A song took over 1 time in all." in read(client, "/obsessions/alice")


def test_a_day_shows_earlier_years_and_links_to_its_neighbours(client: TestClient, alice: int) -> None:
    seed.plays(alice, seed.known_track(), ["2025-03-01 12:00Z", "2024-03-01 12:00Z", "2024-03-01 13:00Z"])
    page = client.get("/on-this-day/alice?period=2026-03-01", headers=BROWSER).text
    assert "Music on 1 March in 2 earlier years." in words(page)
    assert "2024 2 plays Friday, 1 March 2024 Paper Boats" in words(page)
    assert 'rel="prev" href="/on-this-day/alice?period=2026-02-28"' in content(page)
    assert 'rel="next" href="/on-this-day/alice?period=2026-03-02"' in content(page)
    assert 'href="/history/alice?period=2025-03-01"' in content(page)
    nothing = read(client, "/on-this-day/alice?period=2026-03-02")
    assert "Nothing was played on 2 March in earlier years." in nothing
