"""If its filters match nothing, a page names them and links to everything."""

import pytest
from starlette.testclient import TestClient

from recommend.questions import all_questions
from tests.web import seed
from tests.web.reading import content, links, page, read, words
from tests.web.visitors.visiting import shared, signed_in

UNKNOWN = "Nothing that matches polka and 1890s was played"
OTHERS = {"discoveries", "forgotten"}  # these have sentences of their own
BY_GENRE = sorted(name for name, question in all_questions().items() if "genre" in question.takes and question.page)


@pytest.fixture
def alice(client: TestClient) -> int:
    """Alice, who has heard one song; the client is signed in to her account."""
    alice, boats = seed.account(), seed.known_track()
    seed.plays(alice, boats, ["2026-03-01 12:00Z", "2026-11-01 12:00Z"])
    client.cookies = signed_in(alice)
    return alice


@pytest.mark.parametrize("question", BY_GENRE)
def test_a_page_names_filters_without_a_match_and_links_to_everything(
    client: TestClient, alice: int, question: str
) -> None:
    html = page(client, f"/{question}/alice?genre=polka&decade=1890")
    assert "Nothing was played" not in words(html) or question in OTHERS
    assert UNKNOWN in words(html) or question in OTHERS
    for address in (f"/{question}/alice", f"/{question}/alice?decade=1890", f"/{question}/alice?genre=polka"):
        assert address in links(content(html))


def test_without_a_filter_no_filter_is_mentioned(client: TestClient) -> None:
    seed.account()
    assert "Nothing was played so far. " in f"{read(client, '/top-tracks/alice')} "
    assert "Show everything" not in read(client, "/top-tracks/alice")


def test_a_history_names_the_search_without_a_match(client: TestClient, alice: int) -> None:
    html = page(client, "/history/alice?q=tuba&device=android&period=2026")
    assert "Nothing that matches \u201ctuba\u201d and Android was played in 2026." in words(html)
    assert "/history/alice?period=2026" in links(content(html))


def test_an_artist_in_the_address_is_a_filter_that_can_be_removed(client: TestClient, alice: int) -> None:
    (artist,) = [each["id"] for each in client.get("/top-artists/alice").json()["artists"]]
    html = page(client, f"/clock/alice?artist={artist}&period=2025")
    assert "Nothing that matches The Lanterns was played in 2025." in words(html)
    assert "/clock/alice?period=2025" in links(content(html))


def test_a_link_gets_no_name_of_a_filter_that_it_may_not_see(client: TestClient, alice: int) -> None:
    (artist,) = [each["id"] for each in client.get("/top-artists/alice").json()["artists"]]
    client.cookies.clear()
    assert "The Lanterns" not in read(client, f"/totals/alice?artist={artist}&share={shared(alice, 'totals')}")
    for period, is_named in (("2026", True), ("2025", False)):
        link = shared(alice, period=period)
        assert ("The Lanterns" in read(client, f"/clock/alice?artist={artist}&share={link}")) == is_named
