"""What a reader sees on the page of the history, and which pages lead to it."""

import re
from html import unescape

import pytest
from starlette.testclient import TestClient

from insights.questions import history as question
from tests.web import seed
from tests.web.reading import BROWSER, content, links, page, read, words
from tests.web.visitors.visiting import shared, signed_in

CHIPS = re.compile(r'<ul class="chips".*?</ul>', re.DOTALL)


@pytest.fixture
def boats(client: TestClient) -> int:
    """Paper Boats on three days in 2026, the second play skipped on an iPhone; Low Tide once in 2025."""
    alice, boats = seed.account(), seed.known_track()
    seed.play(alice, boats, "2026-05-03 12:00Z", context_uri="spotify:playlist:37i9dQZF1DXcBWIGoYBM5M")
    skipped = seed.play(alice, boats, "2026-05-02 12:00Z", platform="ios", reason_end="fwdbtn", ms_played=10_000)
    seed.play(alice, boats, "2026-05-02 12:01Z", source="recent", ms_played=None, superseded_by=skipped)
    seed.play(alice, boats, "2026-05-01 12:00Z")
    tide = seed.track(uri="spotify:track:" + "y" * 22, name="Low Tide", artist_name="Quiet Rooms")
    seed.play(alice, tide, "2025-05-05 20:00Z")
    return boats


def chips(text: str) -> dict[str, str]:
    """Where each filter that is set leads."""
    found = CHIPS.search(text)
    anchors = re.findall(r'<a href="([^"]+)">(.*?)</a>', found[0] if found else "")
    named = [(unescape(href), re.sub("<[^>]+>", "", name)) for href, name in anchors]
    return {name.removeprefix("Remove ").strip(" \u00d7"): href for href, name in named}


def test_a_search_says_how_many_plays_of_how_many_songs_it_found(client: TestClient, boats: int) -> None:
    shown = read(client, "/history/alice?q=boat")
    assert "3 plays of 1 song in all." in shown
    assert "Sunday, 3 May 2026 14:00 Paper Boats" in shown
    assert "Low Tide" not in shown
    assert "1 play of 1 song in 2025." in read(client, "/history/alice?q=quiet&period=2025")


def test_a_search_that_finds_very_much_says_so(client: TestClient, boats: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(question, "MOST_COUNTED", 2)
    assert "More than 2 plays in all." in read(client, "/history/alice?q=boat")


def test_a_search_that_finds_nothing_says_what_to_do(client: TestClient, boats: int) -> None:
    text = page(client, "/history/alice?q=tide&period=2026")
    assert "Nothing that matches \u201ctide\u201d was played in 2026." in words(text)
    assert "/history/alice?q=tide" in links(content(text))  # in all time
    assert "/history/alice?period=2026" in links(content(text))  # whatever was played
    assert "Search all time" not in read(client, "/history/alice?q=nothing")


def test_the_form_keeps_the_period_and_what_was_searched_for(client: TestClient, boats: int) -> None:
    text = page(client, "/history/alice?q=paper+boats&skipped=true&period=2026")
    assert '<input type="search" name="q" value="paper boats"' in text
    assert '<input type="hidden" name="period" value="2026">' in text
    assert '<option value="true" selected>Skipped</option>' in text
    sent = "/history/alice?q=paper&device=&skipped=&offline=&incognito=&source=&period=2026"
    assert "3 plays of 1 song in 2026." in read(client, sent)
    assert "2 plays and 1 shorter than 30 seconds in 2026." in read(client, sent.replace("paper", ""))


def test_filters_that_are_set_lead_to_the_page_without_them(client: TestClient, boats: int) -> None:
    lanterns = next(link for link in links(page(client, "/top-artists/alice")) if link.startswith("/artist/"))
    number = lanterns.split("/")[2]
    text = page(client, f"/history/alice?q=boat&device=ios&artist={number}&period=2026")
    assert "1 play of 1 song in 2026." in words(text)
    assert chips(text) == {
        "\u201cboat\u201d": f"/history/alice?device=ios&artist={number}&period=2026",
        "The Lanterns": "/history/alice?q=boat&device=ios&period=2026",
        "iPhone and iPad": f"/history/alice?q=boat&artist={number}&period=2026",
        "all": "/history/alice?period=2026",
    }


def test_older_plays_that_were_found_are_on_the_next_page(client: TestClient, boats: int) -> None:
    text = page(client, "/history/alice?q=boat&limit=2")
    following = next(unescape(link) for link in links(content(text)) if "cursor=" in link)
    assert "reports=" not in following
    shown = words(page(client, following))
    assert "3 plays of 1 song in all." in shown
    assert "Friday, 1 May 2026 14:00 Paper Boats" in shown
    assert "Newest" in shown


def test_a_page_deep_in_the_past_leads_to_the_whole_search_as_a_table(client: TestClient, boats: int) -> None:
    text = page(client, "/history/alice?q=boat&limit=2")
    following = next(unescape(link) for link in links(content(text)) if "cursor=" in link)
    forms = {
        re.sub(r".*format=", "", link): unescape(link) for link in links(page(client, following)) if "format=" in link
    }
    assert len(client.get(forms["ndjson"]).text.splitlines()) == 3
    assert len(client.get(forms["csv"]).text.splitlines()) == 4  # with the names of columns
    assert len(client.get(forms["json"]).json()["plays"]) == 1


def test_a_play_says_on_demand_where_it_was_reported_and_what_it_was_played_from(
    client: TestClient, boats: int
) -> None:
    text = page(client, "/history/alice?period=2026-05")
    shown = words(text)
    beside = re.findall(r"<summary>(?:<small>(.*?)</small>)?<span", text)
    assert sorted(filter(None, beside)) == ["From a playlist"]  # and not the usual source of the others
    assert "From a playlist" in shown
    assert "https://open.spotify.com/playlist/37i9dQZF1DXcBWIGoYBM5M" in links(text)
    assert (
        "Streaming history Ended 14:00:00 Heard 10 s Device iPhone and iPad Stopped next was pressed Skipped yes"
        in shown
    )
    assert "Collected from Spotify Ended 14:01:00" in shown


def test_the_name_of_a_song_leads_to_its_page(client: TestClient, boats: int) -> None:
    text = page(client, "/history/alice?period=2026-05")
    (href,) = {link for link in links(text) if link.startswith("/track/")}
    assert "Song by The Lanterns" in read(client, href)


def test_a_link_to_the_history_alone_offers_no_filter_of_another_statistic(client: TestClient, boats: int) -> None:
    text = page(client, f"/history/alice?q=boat&share={shared(1, 'history')}")
    assert re.findall(r'<select name="(\w+)">', text) == ["source"]
    assert "Skipped yes" not in words(text)
    assert 'name="share"' in text
    assert all("share=" in href for href in chips(text).values())


@pytest.mark.parametrize("kind", ["artist", "track", "album"])
def test_rankings_and_items_lead_to_the_plays_of_an_item(client: TestClient, boats: int, kind: str) -> None:
    ranking = page(client, f"/top-{kind}s/alice?period=2026-05")
    href = next(unescape(link) for link in links(ranking) if link.startswith("/history/alice?") and kind in link)
    assert "3 plays of 1 song in May 2026." in read(client, href)
    item = next(link for link in links(ranking) if link.startswith(f"/{kind}/"))
    href = next(unescape(link) for link in links(content(page(client, item))) if f"/history/alice?{kind}=" in link)
    assert "3 plays of 1 song in all." in read(client, href)


def searched(text: str) -> list[str]:
    return re.findall(r'<form class="find"[^>]* action="([^"]+)"', text)


def test_every_page_leads_to_a_search_of_the_account_that_it_shows(client: TestClient, boats: int) -> None:
    assert searched(page(client, "/top-artists/alice")) == ["/history/alice"]
    assert searched(page(client, "/history/alice")) == []  # which has its own
    assert searched(page(client, "/privacy")) == []
    client.cookies = signed_in(seed.account("bob"))
    assert searched(page(client, "/privacy")) == ["/history/bob"]
    assert searched(page(client, "/top-artists/alice")) == ["/history/alice"]


def test_who_may_not_see_single_plays_is_offered_no_search(client: TestClient, boats: int) -> None:
    for secret in (shared(1, redacted=True), shared(1, "top-artists")):
        text = client.get(f"/top-artists/alice?share={secret}", headers=BROWSER).text
        assert searched(text) == []
        assert "/history/" not in text


def test_a_play_that_was_found_by_its_album_names_it(client: TestClient, boats: int) -> None:
    assert "Paper Boats The Lanterns, A Guest on Harbour" in read(client, "/history/alice?q=HARB")
    for found_by_what_is_shown in ("?q=lantern", "?q=boats+guest", ""):
        assert "on Harbour" not in read(client, f"/history/alice{found_by_what_is_shown}")
