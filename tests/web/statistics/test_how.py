"""The pages about devices, countries, shuffle, skips and podcasts."""

import pytest
from starlette.testclient import TestClient

from tests.web import seed
from tests.web.reading import BROWSER, content, links, read, words
from tests.web.visitors.visiting import shared


@pytest.fixture
def alice(client: TestClient) -> int:
    return seed.account("alice", visibility="public")


def listened(alice: int) -> None:
    """Insert thirty shuffled plays on a phone in Germany, and ten plays without such details."""
    boats = seed.known_track()
    details = {"platform": "ios", "country": "DE", "shuffle": True, "offline": False, "incognito": False}
    ended = {"skipped": True, "reason_end": "fwdbtn", "ms_played": 40_000}
    seed.plays(alice, boats, [f"2026-03-{day:02} 10:00Z" for day in range(1, 11)], **details, **ended)
    seed.plays(alice, boats, [f"2026-04-{day:02} 10:00Z" for day in range(1, 21)], **details, skipped=False)
    seed.plays(alice, boats, [f"2026-05-{day:02} 10:00Z" for day in range(1, 11)], source="recent")


def test_devices_have_their_share_and_the_share_of_known_plays(client: TestClient, alice: int) -> None:
    listened(alice)
    text = read(client, "/devices/alice")
    assert "iPhone and iPad: 75% of plays." in text
    assert "Known for 75% of plays." in text
    assert "iPhone and iPad 30 plays, 1 h 13 min 75%" in text
    assert "Not known 10 plays, 33 min 25%" in text


def test_devices_can_be_compared_by_time(client: TestClient, alice: int) -> None:
    listened(alice)
    assert "iPhone and iPad: 69% of listening time." in read(client, "/devices/alice?by=time")


def test_countries_are_counted(client: TestClient, alice: int) -> None:
    listened(alice)
    text = read(client, "/countries/alice")
    assert "Germany: 75% of plays." in text
    assert "Spotify sees which country a connection comes from." in text


def test_for_few_plays_the_heading_is_only_a_count(client: TestClient, alice: int) -> None:
    seed.play(alice, seed.known_track(), "2026-03-02 10:00Z", platform="ios", shuffle=True)
    for question in ("devices", "countries", "shuffle"):
        heading = client.get(f"/{question}/alice", headers=BROWSER).text.partition("<h1>")[2].partition("</h1>")[0]
        assert heading == "1 play."


def test_shares_of_shuffle_count_only_plays_whose_source_says_so(client: TestClient, alice: int) -> None:
    listened(alice)
    text = read(client, "/shuffle/alice")
    assert "30 of 30 plays in shuffled order: 100%." in text
    assert "In shuffled order 100% 30 of 30 known plays" in text
    assert "Offline 0% 0 of 30 known plays" in text


def test_shuffle_is_shown_year_by_year(client: TestClient, alice: int) -> None:
    listened(alice)
    seed.plays(alice, 1, [f"2025-03-0{day} 10:00Z" for day in range(1, 5)], shuffle=False)
    text = read(client, "/shuffle/alice")
    assert "Shuffle by year Shares count only plays whose source says so." in text
    assert "2025 4 plays, not known offline, not known in a private session 0%" in text
    assert "2026 40 plays, 0% offline, 0% in a private session 100%" in text


def test_skips_are_shown_with_rate_time_reason_and_song(client: TestClient, alice: int) -> None:
    listened(alice)
    text = read(client, "/skips/alice")
    assert "10 skips in 30 plays: 33%." in text
    assert "Half of the skipped plays ended within 40 seconds. Known for 75% of plays" in text
    assert "Next button 10 plays" in text
    assert "Paper Boats The Lanterns, A Guest · 10 skips in 30 plays 33%" in text


def heard_episodes(alice: int) -> None:
    """Insert two plays of an episode of a podcast, and one of a chapter of an audiobook."""
    bells = {"kind": "episode", "name": "On Bells", "show_name": "The Long Quay"}
    episode = seed.insert("episode", uri="spotify:episode:" + "e" * 22, **bells)
    chapter = seed.insert("episode", uri="spotify:chapter:" + "c" * 22, kind="chapter", name="One", show_name="A Book")
    own = {"account_id": alice, "source": "extended"}
    for number, (episode_id, minutes) in enumerate([(episode, 40), (episode, 20), (chapter, 30)]):
        moment = f"2026-03-0{number + 1} 23:30Z"
        seed.insert("play", **own, episode_id=episode_id, played_at=moment, digest=number, ms_played=minutes * 60_000)


def test_podcasts_and_audiobooks_are_distinguished(client: TestClient, alice: int) -> None:
    heard_episodes(alice)
    text = read(client, "/podcasts/alice")
    assert "1 h of podcasts, 1 episode; 30 min of audiobooks, 1 chapter." in text
    assert "The Long Quay 1 episode, 1 h 2 plays" in text
    assert "On Bells The Long Quay · 2 plays, last on 3 Mar 2026 1 h" in text  # past midnight in Berlin


def test_home_of_a_listener_without_music_links_to_podcasts(client: TestClient, alice: int) -> None:
    heard_episodes(alice)
    html = client.get("/totals/alice?period=all", headers=BROWSER).text
    assert "1 h of podcasts, 1 episode; 30 min of audiobooks, 1 chapter." in words(html)
    assert "/podcasts/alice?period=all" in links(content(html))
    secret = shared(alice, "totals")
    assert "podcasts" not in content(client.get(f"/totals/alice?period=all&share={secret}", headers=BROWSER).text)


def test_a_link_with_sums_only_shows_podcasts_but_no_episodes(client: TestClient, alice: int) -> None:
    heard_episodes(alice)
    page = client.get(f"/podcasts/alice?share={shared(alice, redacted=True)}", headers=BROWSER).text
    assert "The Long Quay" in content(page)
    assert "On Bells" not in page


def test_an_account_with_music_only_has_no_podcasts(client: TestClient, alice: int) -> None:
    listened(alice)
    assert "No podcasts and no audiobooks so far." in read(client, "/podcasts/alice")
