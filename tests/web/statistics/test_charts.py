"""Charts, calendars and lists of bars have readable axes, dates and links."""

import re

import pytest
from starlette.testclient import TestClient

from tests.web import seed
from tests.web.reading import content, links, page, words


@pytest.fixture
def years(client: TestClient) -> int:
    """A track that Alice has heard in March 2019, in January 2025 and twice on 2 November 2026."""
    alice, boats = seed.account(), seed.known_track()
    seed.plays(alice, boats, ["2019-03-05 12:00Z", "2025-01-10 12:00Z", "2026-11-02 12:00Z", "2026-11-02 14:00Z"])
    return boats


def marks(html: str) -> list[str]:
    """The texts under the bars."""
    return re.findall(r'<text[^>]* y="100%"[^>]*>([^<]+)</text>', html)


def test_the_axis_of_a_year_has_months(client: TestClient, years: int) -> None:
    months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
    assert marks(page(client, "/activity/alice?period=2025&step=month")) == months
    assert marks(page(client, "/activity/alice?period=2025&step=day")) == months


def marks_of_phones(html: str) -> list[str]:
    return re.findall(r'<text x="[^>]* y="100%"[^>]*>([^<]+)</text>', html)


def test_a_phone_shows_only_the_marks_that_fit(client: TestClient, years: int) -> None:
    of_years = marks_of_phones(page(client, "/activity/alice?period=all&step=month"))
    assert of_years == ["2019", "2021", "2023", "2025"]
    days = marks_of_phones(page(client, "/activity/alice?period=2026-W45&step=day"))
    assert days == ["2 Nov", "4 Nov", "6 Nov", "8 Nov"]
    weekdays = marks_of_phones(page(client, "/clock/alice?period=2026"))
    assert weekdays == ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]


def test_a_phone_leaves_out_the_first_mark_if_the_second_is_near(client: TestClient, years: int) -> None:
    shown = marks_of_phones(page(client, "/activity/alice?from=2020-08-20&to=2026-11-10&step=month"))
    assert shown == ["2021", "2022", "2023", "2024", "2025", "2026"]


@pytest.mark.parametrize("step", ["day", "week", "month", "year"])
def test_a_long_axis_has_every_year(client: TestClient, years: int, step: str) -> None:
    expected = ["2019", "2020", "2021", "2022", "2023", "2024", "2025", "2026"]
    assert marks(page(client, f"/activity/alice?period=all&step={step}")) == expected


def test_too_many_steps_are_drawn_as_longer_ones(client: TestClient, years: int) -> None:
    html = page(client, "/activity/alice?period=all&step=day")
    assert "Milestones by month by year by plays" in words(html)
    assert 'href="/activity/alice?period=all&amp;step=month" aria-current="true">by month' in html
    assert len(re.findall("<tr>", html)) == 1 + 93  # the months from March 2019 to November 2026
    of_a_year = page(client, "/activity/alice?period=2025&step=day")
    assert "by day by week by month by year" in words(of_a_year)
    assert len(re.findall("<tr>", of_a_year)) == 1 + 365


def test_too_many_steps_of_discoveries_are_drawn_as_longer_ones(client: TestClient, years: int) -> None:
    html = page(client, "/discoveries/alice?period=all&step=day")
    assert 'href="/discoveries/alice?period=all&amp;step=month" aria-current="true">by month' in html
    assert "by day" not in words(html)


def test_many_bars_are_drawn_as_one_shape_besides_the_highest(client: TestClient, years: int) -> None:
    assert page(client, "/activity/alice?period=all&step=month").count("<rect") == 3
    seed.plays(1, years, ["2025-06-01 12:00Z", "2025-06-01 14:00Z"])
    html = page(client, "/activity/alice?period=2025&step=day")
    assert html.count("<rect") == 1
    outline = re.findall(r'viewBox="0 0 365 100"[^>]*><path d="M0 100([^"]+)V100z"', html)[0]
    heights = outline.removeprefix("V").removesuffix("h1").split("h1V")
    assert [place for place, height in enumerate(heights) if height != "100"] == [9, 151]


def test_the_axis_of_a_few_days_has_their_dates(client: TestClient, years: int) -> None:
    dates = marks(page(client, "/activity/alice?period=2026-W45&step=day"))
    assert dates == ["2 Nov", "3 Nov", "4 Nov", "5 Nov", "6 Nov", "7 Nov", "8 Nov"]


def test_a_heading_keeps_each_date_on_one_line(client: TestClient, years: int) -> None:
    heading = re.findall(r"<h1>(.*?)</h1>", page(client, "/activity/alice?period=2026&step=day"))[0]
    assert "Most plays on Monday, 2\u00a0November\u00a02026: 2." in heading


def test_the_calendar_of_a_month_links_to_the_plays_of_its_days(client: TestClient, years: int) -> None:
    html = page(client, "/calendar/alice?period=2026-11")
    assert "Mon Tue Wed Thu Fri Sat Sun" in words(html)
    assert "1 2 , 2 plays 3 4 5" in words(html)
    days = {link for link in links(content(html)) if link.startswith("/history/")}
    assert days == {"/history/alice?period=2026-11-02"}


def test_the_calendar_of_a_year_links_to_its_months(client: TestClient, years: int) -> None:
    html = page(client, "/calendar/alice?period=2026")
    assert {f"/calendar/alice?period=2026-{month:02}" for month in range(1, 13)} <= set(links(content(html)))
    assert "still to come" in words(html)
    assert "still to come" not in words(page(client, "/calendar/alice?period=2025"))


def test_an_artists_page_names_artists_only_of_songs_with_several(client: TestClient, years: int) -> None:
    tide = seed.track(uri="spotify:track:" + "y" * 22, name="Low Tide", artist_name="The Lanterns")
    lanterns = seed.number("SELECT id FROM artist WHERE name = 'The Lanterns'")
    seed.insert("track_artist", track_id=tide, position=0, artist_id=lanterns)
    seed.play(1, tide, "2026-11-03 12:00Z")
    text = words(page(client, f"/artist/{lanterns}/alice"))
    assert "1 Paper Boats The Lanterns, A Guest 4 plays 2 Low Tide 1 play" in text
