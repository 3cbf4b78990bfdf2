"""What others get of a public account is the same whether its private library is full or empty, at every address."""

import pytest
from starlette.testclient import TestClient

from insights.question import TABLES
from tests.web import seed
from tests.web.listed import item, kept, reading, song, uri
from tests.web.reading import links, words
from tests.web.visitors.test_access_table import (
    PLAYLIST,
    QUERIES,
    QUESTIONS,
    Visit,
    account_id,
    client,
    filled_path,
    people,
    served,
)
from tests.web.visitors.test_kept_from_others import OTHERS, STRANGERS
from tests.web.visitors.visiting import shared, signed_in

pytestmark = pytest.mark.programs  # it asks every address many times

__all__ = ["client"]
VISITORS = {**OTHERS, **STRANGERS}
del VISITORS["stranger's token"], VISITORS["administrator"]  # which see what the stranger and the other token see
ISRC = "DEA121700001"
EMPTY = ("DELETE FROM library_item", "DELETE FROM listed_song WHERE uri NOT IN (SELECT uri FROM playlist_item)")
NAMES = ("Low Tide (Edition)", "Undertow", "Walls", "Silence")
SAME_FOR_ALL = ("/docs", "/openapi.json", "/metrics", "/static/tokens.css", "/privacy")
PARTS = ("liked-unheard", "played-unliked", "liked-unplayable", "albums-unfinished", "artists-unheard")
TWISTS = {"/library/{username}": [f"part={part}" for part in PARTS], "/playlist/{id}/{username}": ["show=unplayable"]}


@pytest.fixture
def alice(client: TestClient) -> int:
    """Her account is public. Its library has songs that can replace one of her public playlist, and much more."""
    people()
    alice = account_id("alice")
    seed.change("UPDATE account SET visibility = 'public', library_shown = true WHERE id = %s", alice)
    reading(alice)
    item(alice, 0, song(alice, uri("l"), "Low Tide", playable=False, isrc=ISRC), PLAYLIST)
    kept(alice, "song", song(alice, uri("e"), "Low Tide (Edition)", isrc=ISRC))
    kept(alice, "song", song(alice, uri("u"), "Undertow"))
    kept(alice, "song", song(alice, uri("x"), "Known"))  # which is played, too
    kept(alice, "album", "y" * 22, name="Walls", artist_name="Quiet Rooms", tracks=1)
    kept(alice, "artist", "s" * 22, name="Silence", names_key="silence", added_at=None)
    return alice


def asked() -> list[str]:
    """The addresses that are read, in each form."""
    collected = []
    for path in sorted(path for method, path in served() if method == "GET" and "{number}" not in path):
        tables = TABLES if path in TWISTS else ()
        forms = [f"&format={form}" for form in ("json", "html", *tables)] if ("GET", path) in QUESTIONS else [""]
        queries = [QUERIES.get(path, ""), *TWISTS.get(path, [])]
        collected += [f"{filled_path(path)}?{query}{form}" for query in queries for form in forms]
    return [address for address in collected if not address.startswith(SAME_FOR_ALL)]


def answers(client: TestClient, visit: Visit, addresses: list[str]) -> dict[str, tuple[object, ...]]:
    return {address: answer(client, visit, address) for address in addresses}


def answer(client: TestClient, visit: Visit, address: str) -> tuple[object, ...]:
    """The status, and what people and programs read in the answer."""
    seed.forget_attempts(client.app)
    client.cookies = visit.cookies
    share = f"&share={visit.share}" if visit.share else ""
    got = client.get(address + share, headers={"Via": "1.1 somewhere", **visit.headers})
    is_page = got.headers.get("content-type", "").startswith("text/html")
    return (got.status_code, words(got.text), links(got.text)) if is_page else (got.status_code, got.text)


@pytest.mark.parametrize("visitor", VISITORS)
def test_others_get_the_same_with_and_without_a_library_that_is_not_shown(
    client: TestClient, alice: int, visitor: str
) -> None:
    visit, addresses = VISITORS[visitor](), asked()
    seed.change("UPDATE account SET library_shown = false")
    full = answers(client, visit, addresses)
    for statement in EMPTY:
        seed.change(statement)
    assert answers(client, visit, addresses) == full


def test_the_library_is_in_these_addresses(client: TestClient, alice: int) -> None:
    """To the listener, and to others if it is shown."""
    for visit in (Visit(cookies=signed_in(alice)), Visit(), Visit(share=shared(alice))):
        text = str(answers(client, visit, asked()))
        assert [name for name in NAMES if name not in text] == []
