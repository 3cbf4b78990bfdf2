"""/today/<username>?list=… shows the weekly discovery, a year ago this week, and the month in review."""

import re

import pytest
from starlette.testclient import TestClient

from tests.web import seed
from tests.web.pages.test_today import forms, item
from tests.web.reading import content, links, words
from tests.web.visitors.visiting import signed_in

PATH = "/today/alice"
AGO = "You played it 3 times in this week of {}"


def test_each_list_has_its_page_with_tabs_to_the_others(client: TestClient) -> None:
    alice = seed.account()
    song = item(1, seed.known_track(), "new_artist", reason="Fans of A play The Lanterns")
    seed.run(alice, "2026-11-20", [item(1, seed.track(uri="spotify:local:a"))])
    seed.run(alice, "2026-11-16", [song], list_name="weekly")
    seed.run(alice, "2026-11-01", [], list_name="month")
    answer = client.get(f"{PATH}?list=weekly")
    tabs = "Weekly discovery for alice Today Weekly discovery Month in review"
    assert f"{tabs} Week of 16 November 2026 1 song." in words(answer.text)
    assert "New to you" in words(answer.text)
    assert "Paper Boats" in words(answer.text)
    assert links(content(answer.text))[:3] == [PATH, f"{PATH}?list=weekly", f"{PATH}?list=month"]
    assert "/user-recommendations/alice?list=weekly&amp;date=2026-11-16&amp;format=jspf" in links(answer.text)
    assert "of the last 30 days" not in words(answer.text)


def test_songs_of_a_year_ago_are_under_their_years(client: TestClient) -> None:
    items = [
        item(1, seed.known_track(), "year_ago", reason=AGO.format(2025), evidence={"year": 2025}),
        item(2, seed.track(uri="spotify:local:b"), "year_ago", reason=AGO.format(2025), evidence={"year": 2025}),
        item(3, seed.track(uri="spotify:local:c"), "year_ago", reason=AGO.format(2023), evidence={"year": 2023}),
    ]
    seed.run(seed.account(), "2026-11-16", items, list_name="year-ago")
    text = words(client.get(f"{PATH}?list=year-ago").text)
    assert f"2025 Paper Boats The Lanterns, A Guest {AGO.format(2025)}" in text
    assert "2025 1 year ago this week" in text
    assert "2023 3 years ago this week" in text


def test_a_month_in_review_is_named_by_its_month(client: TestClient) -> None:
    items = [
        item(1, seed.known_track(), "most_played", reason="You played it 3 times in October 2026"),
        item(2, seed.track(uri="spotify:local:b"), "first_heard", reason="You played it for the first time."),
        item(3, seed.track(uri="spotify:local:c"), "returned", reason="You played it again."),
    ]
    seed.run(seed.account(), "2026-11-01", items, list_name="month")
    text = words(client.get(f"{PATH}?list=month").text)
    assert "Month in review for alice October 2026 3 songs." in text
    assert "First heard Songs that you had not played before" in text
    assert "Back again Songs that you had not played for three months or longer" in text


def test_a_list_links_to_past_lists(client: TestClient) -> None:
    alice = seed.account()
    for day in ("2026-11-02", "2026-11-09", "2026-11-16"):
        seed.run(alice, day, list_name="weekly")
    seed.run(alice, "2026-11-10")
    answer = client.get(f"{PATH}?list=weekly&date=2026-11-09")
    address = f"{PATH}?list=weekly&amp;date=2026-11"
    neighbours = [("prev", f"{address}-02"), ("next", f"{address}-16")]
    assert re.findall(r'rel="(prev|next)" href="([^"]+)"', answer.text) == neighbours
    dated = [f"{address}-{day}" for day in ("16", "09", "02")]
    assert [link for link in re.findall(r'<li><a href="([^"]+)"', answer.text) if link in dated] == dated
    assert "Other dates Past lists never change. Week of 16 November 2026 Week of 9 November 2026" in words(answer.text)


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("year-ago", "You have no plays from this week of earlier years."),
        ("month", "You have no plays from that month."),
        ("weekly", "This list is empty: no source has proposed a song that you do not know."),
    ],
)
def test_an_empty_list_says_why(client: TestClient, name: str, why: str) -> None:
    seed.run(seed.account(), "2026-11-01" if name == "month" else "2026-11-16", list_name=name)
    answer = client.get(f"{PATH}?list={name}")
    assert (answer.status_code, why in words(answer.text)) == (200, True)


def test_the_page_of_a_missing_list_says_when_it_will_be_made(client: TestClient) -> None:
    seed.run(seed.account(), "2026-11-20")
    answer = client.get(f"{PATH}?list=month")
    assert answer.status_code == 404
    why = "alice has no such list yet. Insight makes it on the first of each month, after 04:00."
    assert why in words(answer.text)


def test_feedback_returns_to_the_song_on_its_list(client: TestClient) -> None:
    alice = seed.account(visibility="private")
    client.cookies = signed_in(alice)
    track = seed.known_track()
    seed.run(alice, "2026-11-16", [item(4, track, "new_artist")], list_name="weekly")
    of_track, *_ = forms(client.get(f"{PATH}?list=weekly"))
    assert (of_track["list"], of_track["rank"]) == (["weekly"], ["4"])
    sent = {name: values[0] for name, values in of_track.items()}
    answer = client.post("/recommendation-feedback", data=sent, headers={"Origin": "http://127.0.0.1"})
    assert (answer.status_code, answer.headers["location"]) == (303, f"{PATH}?list=weekly&date=2026-11-16#4")


def test_feeds_have_the_newest_lists_with_their_songs(client: TestClient) -> None:
    alice = seed.account(display_name="Alice <A.>")
    track = seed.known_track()
    for day in ("2026-11-02", "2026-11-16"):
        seed.run(alice, day, [item(1, track, "new_artist", reason="Fans of A & B play it")], list_name="weekly")
    seed.run(alice, "2026-11-20", [item(1, track)])
    answer = client.get(f"{PATH}/feed.atom?list=weekly")
    assert answer.headers["content-type"] == "application/atom+xml; charset=utf-8"
    titles = re.findall(r"<title>([^<]+)</title>", answer.text)
    assert titles == ["Weekly discovery \u00b7 Alice &lt;A.&gt;", "Week of 16 November 2026", "Week of 2 November 2026"]
    assert "<li>The Lanterns, A Guest: Paper Boats (Fans of A &amp; B play it)</li>" in answer.text
    assert f'href="http://127.0.0.1{PATH}?list=weekly&amp;date=2026-11-16"' in answer.text
    assert len(set(re.findall(r"<id>([^<]+)</id>", answer.text))) == 3
    daily = client.get(f"{PATH}/feed.atom")
    assert re.findall(r"<title>([^<]+)</title>", daily.text)[1:] == ["Friday, 20 November 2026"]
    unchanged = client.get(f"{PATH}/feed.atom", headers={"If-None-Match": daily.headers["etag"]})
    assert unchanged.status_code == 304


def test_the_page_of_a_song_links_to_its_lists(client: TestClient) -> None:
    alice = seed.account()
    track = seed.known_track()
    seed.play(alice, track, "2026-11-10T10:00Z")
    seed.run(alice, "2026-11-16", [item(2, track, "new_artist")], list_name="weekly")
    page = client.get(f"/track/{track}/alice?period=all", headers={"Accept": "text/html"})
    assert f"{PATH}?list=weekly&amp;date=2026-11-16#2" in links(page.text)
