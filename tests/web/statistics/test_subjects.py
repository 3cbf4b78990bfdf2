"""The pages about totals, rankings, plays, single items and time."""

import re
from html import unescape

import pytest
from starlette.testclient import TestClient

from tests.web import seed
from tests.web.reading import BROWSER, content, links, page, read, words
from tests.web.visitors.visiting import shared


@pytest.fixture
def boats(client: TestClient) -> int:
    """Paper Boats, which Alice played daily on the 1st to the 5th of January to October 2026, twice daily in May."""
    alice, boats = seed.account(), seed.known_track()
    for month in range(1, 11):
        seed.plays(alice, boats, [f"2026-{month:02}-0{day} 12:{day}0Z" for day in range(1, 6)])
    seed.plays(alice, boats, [f"2026-05-0{day} 18:{day}0Z" for day in range(1, 6)])
    tide = seed.track(uri="spotify:track:" + "y" * 22, name="Low Tide", artist_name="Quiet Rooms")
    seed.play(alice, tide, "2026-05-05 20:00Z")
    return boats


def test_home_shows_totals_recent_plays_and_rankings(client: TestClient, boats: int) -> None:
    visible_text = words(page(client, "/totals/alice?period=year"))
    assert "Nothing has been played since Monday, 5 October 2026, 46 days ago." in visible_text
    assert "Plays 56" in visible_text
    assert "Just played Paper Boats" in visible_text
    assert "Songs 1 Paper Boats" in visible_text


@pytest.mark.parametrize("period", ["year", "2026-05", "all"])
def test_a_link_to_totals_alone_shows_nothing_else(client: TestClient, boats: int, period: str) -> None:
    secret = shared(1, "totals")
    text = words(page(client, f"/totals/alice?period={period}&share={secret}"))
    assert "plays" in text
    for hidden in ("Lanterns", "Paper Boats", "Quiet Rooms", "since", "in a row", "Just played"):
        assert hidden not in text


def test_a_period_may_begin_with_the_calendar(client: TestClient, boats: int) -> None:
    assert "56 plays from 2 January 1 to 31 October 2026." in read(
        client, "/totals/alice?from=0001-01-02&to=2026-11-01"
    )


def test_totals_are_compared_with_the_period_before_in_words(client: TestClient, boats: int) -> None:
    may = read(client, "/totals/alice?period=2026-05")
    assert "Plays 11 120% more than the month before" in may
    assert "Days with music 5 same as the month before" in may
    june = read(client, "/totals/alice?period=2026-06")
    assert "Plays 5 55% fewer than the month before" in june
    assert "17 min 55% less than the month before" in june


@pytest.mark.parametrize(
    ("period", "language", "compared"),
    [
        ("week", "en", "50% fewer than at this point last week"),
        ("2026-W47", "en", "50% fewer than at this point last week"),
        ("week", "de", "50\u00a0% weniger als zur selben Zeit letzte Woche"),
        ("2026-W46", "en", "100% more than the week before"),
    ],
)
def test_only_a_running_period_is_compared_up_to_this_point(
    client: TestClient, boats: int, period: str, language: str, compared: str
) -> None:
    seed.plays(1, boats, [f"2026-11-{day:02} 12:00Z" for day in (3, 10, 11, 18)])
    assert (
        compared in client.get(f"/totals/alice?period={period}", headers=BROWSER | {"Accept-Language": language}).text
    )


@pytest.mark.parametrize(
    ("period", "sentence"),
    [
        ("period=all", "5 plays in all."),
        ("period=2026-W22", "5 plays in the week of 25\u201331 May 2026."),
        ("period=2026-05-28", "2 plays on Thursday, 28 May 2026."),
        ("from=2026-05-28", "3 plays since 28 May 2026."),
        ("to=2026-05-28", "2 plays until 27 May 2026."),
        ("from=2026-05-28&to=2026-06-02", "3 plays from 28 May 2026 to 1 June 2026."),
        ("period=2024", "Nothing was played in 2024."),
    ],
)
def test_a_period_is_named_within_the_sentence(client: TestClient, period: str, sentence: str) -> None:
    alice = seed.account(zone="UTC")
    seed.plays(
        alice,
        seed.known_track(),
        [f"2026-05-{day} 0{hour}:00Z" for day, hour in ((26, 8), (27, 8), (28, 8), (28, 9), (29, 8))],
    )
    assert sentence in read(client, f"/history/alice?{period}")


def test_a_ranking_has_its_leader_and_the_lead(client: TestClient, boats: int) -> None:
    text = page(client, "/top-tracks/alice?period=2026")
    assert "Paper Boats leads, 54 plays ahead of Low Tide." in words(text)
    assert "1 Paper Boats The Lanterns, A Guest" in words(text)
    assert f"/track/{boats}/alice" in links(text)
    assert "/top-tracks/alice?period=2025" in links(text)  # the year before
    assert "/top-artists/alice?period=2026" in links(text)  # the same year


def test_a_ranking_names_no_leader_if_more_than_two_share_the_first_place(client: TestClient) -> None:
    alice = seed.account()
    for number in range(3):
        track = seed.track(uri="spotify:track:" + f"{number:022}", name=f"Song {number}", artist_name="The Coast")
        seed.plays(alice, track, [f"2026-03-{day:02} {12 + number}:00Z" for day in range(1, 25)])
        text = read(client, "/top-tracks/alice?period=2026")
        assert ("Song 0 and Song 1 share the first place, with 24 plays each." in text) == (number == 1)
    assert "3 songs in 2026." in text


def test_a_page_can_show_covers_and_refuses_other_values_of_show(client: TestClient, boats: int) -> None:
    assert '<ol class="covers">' in page(client, "/top-albums/alice?show=covers")
    refused = client.get("/top-albums/alice?show=nothing", headers=BROWSER)
    assert (refused.status_code, "must be one of list, covers" in words(refused.text)) == (400, True)
    assert client.get("/top-albums/alice?show=covers").status_code == 400  # programs have no such parameter


def test_plays_are_listed_by_the_listeners_own_days(client: TestClient, boats: int) -> None:
    text = page(client, "/history/alice?period=2026-05&limit=10")
    visible_text = words(text)
    assert "11 plays in May 2026." in visible_text
    assert "Tuesday, 5 May 2026 22:00 Low Tide Quiet Rooms" in visible_text  # 20:00 in UTC
    assert "Older" in visible_text
    following = next(unescape(link) for link in links(content(text)) if "cursor=" in link)
    assert "Friday, 1 May 2026 14:10 Paper Boats" in words(page(client, following))


def test_an_item_shows_its_first_and_last_day_and_its_best(client: TestClient, boats: int) -> None:
    visible_text = words(page(client, f"/track/{boats}/alice"))
    assert "Song by The Lanterns, A Guest, on Harbour Paper Boats 55 plays" in visible_text
    assert "First on 1 Jan 2026, last on 5 Oct 2026." in visible_text
    assert "Most in a day 2 1 May 2026" in visible_text


def test_activity_names_the_month_with_most_plays(client: TestClient, boats: int) -> None:
    text = page(client, "/activity/alice?period=2026")
    assert "Most plays in May 2026: 11." in words(text)
    assert re.search(r'<svg class="bars"[^>]* role="img" aria-label="Plays over time. Most plays in May 2026', text)
    assert "May 2026 11 June 2026 5" in words(text)  # as a table


def test_the_calendar_links_to_the_day_with_most_plays(client: TestClient, boats: int) -> None:
    text = page(client, "/calendar/alice?period=2026")
    assert "Music on 50 days; most on Tuesday, 5 May 2026, 3 plays." in words(text)
    assert "/history/alice?period=2026-05-05" in links(text)


def test_the_clock_is_a_table_of_hours(client: TestClient, boats: int) -> None:
    visible_text = words(page(client, "/clock/alice?period=2026-05"))
    assert re.search(r"Most plays on \w+day at \d\d:00: \d\.", visible_text)


@pytest.mark.parametrize(
    ("period", "title", "before", "after"),
    [
        ("2025", "2025", "period=2024", "period=2026"),
        ("2026-11", "November 2026", "period=2026-10", None),
        ("2026-W10", "2\u20138 March 2026", "period=2026-W09", "period=2026-W11"),
        ("2026-03-01", "Sunday, 1 March 2026", "period=2026-02-28", "period=2026-03-02"),
        ("all", "All time", None, None),
    ],
)
def test_a_period_links_to_its_neighbours(
    client: TestClient, boats: int, period: str, title: str, before: str | None, after: str | None
) -> None:
    text = page(client, f"/activity/alice?period={period}")
    assert f"<b>{title}</b>" in text
    beside = {rel: re.findall(rf'rel="{rel}" href="[^"?]*\?([^"]*)"', text) for rel in ("prev", "next")}
    assert beside == {"prev": [before] if before else [], "next": [after] if after else []}


def test_a_ranking_by_time_has_its_leader_and_the_lead(client: TestClient, boats: int) -> None:
    assert "Paper Boats leads, 3 h ahead of Low Tide." in read(client, "/top-tracks/alice?period=2026&by=time")


@pytest.mark.parametrize(
    ("address", "sentence"),
    [
        ("/activity/alice?period=2026&by=time", "Most listening in May 2026: 37 min."),
        ("/calendar/alice?period=2026&by=time", "most on Tuesday, 5 May 2026, 10 min."),
        ("/clock/alice?period=2026&by=time", "Most on Friday at 14:00, 20 min."),
    ],
)
def test_pages_about_time_can_count_listening_time(client: TestClient, boats: int, address: str, sentence: str) -> None:
    assert sentence in read(client, address)
    assert client.get(address.replace("=time", "=luck"), headers=BROWSER).status_code == 400


def test_the_menu_has_every_year_with_plays_and_every_month_of_the_year(client: TestClient, boats: int) -> None:
    seed.play(1, boats, "2023-12-31 23:30Z")  # 2024 in Berlin already
    menu = (
        page(client, "/top-artists/alice?period=2025-03&by=time").partition("<summary>Dates")[2].partition("<form")[0]
    )
    years, months = (list(map(unescape, links(part))) for part in menu.split("</p>")[:2])
    assert years == [f"/top-artists/alice?period={year}&by=time" for year in (2026, 2025, 2024)]
    assert months == [f"/top-artists/alice?period=2025-{month:02}&by=time" for month in range(1, 13)]
    assert 'aria-current="true">Mar</a>' in menu
    assert "?period=2026-11" in page(client, "/top-artists/alice?period=2026")
    assert "?period=2026-12" not in page(client, "/top-artists/alice?period=2026")


def test_bars_and_their_numbers_link_to_their_period(client: TestClient, boats: int) -> None:
    seed.play(1, boats, "2025-06-01 12:00Z")
    text = content(page(client, "/activity/alice?period=all&step=year&by=time"))
    for year in (2025, 2026):
        assert f'<a href="/activity/alice?period={year}&amp;by=time">{year}</a>' in text
    secret = shared(1, period="2026")
    assert "<rect" in page(client, f"/activity/alice?period=2026&share={secret}")
    assert "period=2026-05" not in page(client, f"/activity/alice?period=2026&share={secret}")


@pytest.mark.parametrize("path", ["/recap/alice", "/artist/1/alice", "/track/1/alice", "/discoveries/alice"])
def test_bars_link_to_their_month_on_every_page_about_a_year(client: TestClient, boats: int, path: str) -> None:
    html = content(page(client, f"{path}?period=2026"))
    assert f'<a href="{path}?period=2026-02">February 2026</a>' in html
    assert "period=2026-12" not in html  # December has not begun
    secret = shared(1, period="2026")
    assert "period=2026-02" not in page(client, f"{path}?period=2026&share={secret}")
