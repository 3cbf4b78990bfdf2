"""The page of the history with its search and filters, and the links that lead to it."""

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
    """Insert plays of Paper Boats on three days in 2026, the second skipped on an iPhone, and of Low Tide in 2025."""
    alice, boats = seed.account(), seed.known_track()
    seed.play(alice, boats, "2026-05-03 12:00Z", context_uri="spotify:playlist:37i9dQZF1DXcBWIGoYBM5M")
    skipped = seed.play(alice, boats, "2026-05-02 12:00Z", platform="ios", reason_end="fwdbtn", ms_played=10_000)
    seed.play(alice, boats, "2026-05-02 12:01Z", source="recent", ms_played=None, superseded_by=skipped)
    seed.play(alice, boats, "2026-05-01 12:00Z")
    tide = seed.track(uri="spotify:track:" + "y" * 22, name="Low Tide", artist_name="Quiet Rooms")
    seed.play(alice, tide, "2025-05-05 20:00Z")
    return boats


def chips(text: str) -> dict[str, str]:
    """The address without each filter that is set, by the filter's name."""
    chip_list = CHIPS.search(text)
    anchors = re.findall(r'<a href="([^"]+)">(.*?)</a>', chip_list[0] if chip_list else "")
    texts = [(unescape(href), re.sub("<[^>]+>", "", name)) for href, name in anchors]
    return {name.removeprefix("Remove ").strip(" \u00d7"): href for href, name in texts}


def test_a_search_says_how_many_plays_and_songs_it_found(client: TestClient, boats: int) -> None:
    visible_text = read(client, "/history/alice?q=boat")
    assert "3 plays of 1 song in all." in visible_text
    assert "Sunday, 3 May 2026 14:00 Paper Boats" in visible_text
    assert "Low Tide" not in visible_text
    assert "1 play of 1 song in 2025." in read(client, "/history/alice?q=quiet&period=2025")


def test_the_count_of_a_large_result_is_a_lower_bound(
    client: TestClient, boats: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(question, "MOST_COUNTED", 2)
    assert "More than 2 plays in all." in read(client, "/history/alice?q=boat")


def test_a_search_without_a_match_says_what_to_do(client: TestClient, boats: int) -> None:
    text = page(client, "/history/alice?q=tide&period=2026")
    assert "Nothing that matches \u201ctide\u201d was played in 2026." in words(text)
    assert "/history/alice?q=tide" in links(content(text))  # the search in all time
    assert "/history/alice?period=2026" in links(content(text))  # all plays of the period
    assert "Search all time" not in read(client, "/history/alice?q=nothing")


def test_the_form_keeps_the_period_and_the_search(client: TestClient, boats: int) -> None:
    text = page(client, "/history/alice?q=paper+boats&skipped=true&period=2026")
    assert '<input type="search" name="q" value="paper boats"' in text
    assert '<input type="hidden" name="period" value="2026">' in text
    assert '<option value="true" selected>Skipped</option>' in text
    sent = "/history/alice?q=paper&device=&skipped=&offline=&incognito=&source=&period=2026"
    assert "3 plays of 1 song in 2026." in read(client, sent)
    assert "2 plays and 1 shorter than 30 seconds in 2026." in read(client, sent.replace("paper", ""))


def test_each_filter_links_to_the_page_without_it(client: TestClient, boats: int) -> None:
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


def test_older_results_are_on_the_next_page(client: TestClient, boats: int) -> None:
    text = page(client, "/history/alice?q=boat&limit=2")
    following = next(unescape(link) for link in links(content(text)) if "cursor=" in link)
    assert "reports=" not in following
    visible_text = words(page(client, following))
    assert "3 plays of 1 song in all." in visible_text
    assert "Friday, 1 May 2026 14:00 Paper Boats" in visible_text
    assert "Newest" in visible_text


def test_every_page_of_a_search_links_to_the_whole_result_as_a_table(client: TestClient, boats: int) -> None:
    text = page(client, "/history/alice?q=boat&limit=2")
    following = next(unescape(link) for link in links(content(text)) if "cursor=" in link)
    formats = {
        re.sub(r".*format=", "", link): unescape(link) for link in links(page(client, following)) if "format=" in link
    }
    assert len(client.get(formats["ndjson"]).text.splitlines()) == 3
    assert len(client.get(formats["csv"]).text.splitlines()) == 4  # with a line of column names
    assert len(client.get(formats["json"]).json()["plays"]) == 1


def test_a_play_has_details_of_its_sources_and_context(client: TestClient, boats: int) -> None:
    text = page(client, "/history/alice?period=2026-05")
    visible_text = words(text)
    beside = re.findall(r"<summary>(?:<small>(.*?)</small>)?<span", text)
    assert sorted(filter(None, beside)) == ["From a playlist"]  # the usual source of the other plays is omitted
    assert "From a playlist" in visible_text
    assert "https://open.spotify.com/playlist/37i9dQZF1DXcBWIGoYBM5M" in links(text)
    assert (
        "Streaming history Ended 14:00:00 Heard 10 s Device iPhone and iPad Stopped next was pressed Skipped yes"
        in visible_text
    )
    assert "Collected from Spotify Ended 14:01:00" in visible_text


def test_the_name_of_a_song_links_to_its_page(client: TestClient, boats: int) -> None:
    text = page(client, "/history/alice?period=2026-05")
    (href,) = {link for link in links(text) if link.startswith("/track/")}
    assert "Song by The Lanterns" in read(client, href)


def test_a_link_to_the_history_alone_offers_no_filters_that_need_other_rights(client: TestClient, boats: int) -> None:
    text = page(client, f"/history/alice?q=boat&share={shared(1, 'history')}")
    assert re.findall(r'<select name="(\w+)">', text) == ["source"]
    assert "Skipped yes" not in words(text)
    assert 'name="share"' in text
    assert all("share=" in href for href in chips(text).values())


@pytest.mark.parametrize("kind", ["artist", "track", "album"])
def test_rankings_and_items_link_to_the_plays_of_an_item(client: TestClient, boats: int, kind: str) -> None:
    ranking = page(client, f"/top-{kind}s/alice?period=2026-05")
    href = next(unescape(link) for link in links(ranking) if link.startswith("/history/alice?") and kind in link)
    assert "3 plays of 1 song in May 2026." in read(client, href)
    item = next(link for link in links(ranking) if link.startswith(f"/{kind}/"))
    href = next(unescape(link) for link in links(content(page(client, item))) if f"/history/alice?{kind}=" in link)
    assert "3 plays of 1 song in all." in read(client, href)


def search_addresses(text: str) -> list[str]:
    return re.findall(r'<form class="find"[^>]* action="([^"]+)"', text)


def test_every_page_has_a_search_of_the_account_that_it_shows(client: TestClient, boats: int) -> None:
    assert search_addresses(page(client, "/top-artists/alice")) == ["/history/alice"]
    assert search_addresses(page(client, "/history/alice")) == []  # this page has a form of its own
    assert search_addresses(page(client, "/privacy")) == []
    client.cookies = signed_in(seed.account("bob"))
    assert search_addresses(page(client, "/privacy")) == ["/history/bob"]
    assert search_addresses(page(client, "/top-artists/alice")) == ["/history/alice"]


def test_visitors_who_may_not_see_single_plays_get_no_search(client: TestClient, boats: int) -> None:
    for secret in (shared(1, redacted=True), shared(1, "top-artists")):
        text = client.get(f"/top-artists/alice?share={secret}", headers=BROWSER).text
        assert search_addresses(text) == []
        assert "/history/" not in text


def test_a_play_found_by_its_album_shows_the_album(client: TestClient, boats: int) -> None:
    assert "Paper Boats The Lanterns, A Guest on Harbour" in read(client, "/history/alice?q=HARB")
    for query in ("?q=lantern", "?q=boats+guest", ""):
        assert "on Harbour" not in read(client, f"/history/alice{query}")
