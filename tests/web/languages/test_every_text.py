"""Every text of every page can be translated: in the pseudo-language of accents, no word is without them."""

import re

import pytest
from starlette.testclient import TestClient

from tests.web import seed
from tests.web.api.administering import ROOT, SERVICES
from tests.web.conftest import service_client
from tests.web.languages.pseudo import spoken, texts
from tests.web.reading import BROWSER
from tests.web.statistics.test_every_page import QUESTIONS, address
from tests.web.visitors.visiting import shared, signed_in

WORD = re.compile(r"[A-Za-z]{2,}")
ADDRESS = re.compile(r"(?<!\w)/[\w{}/]+")
NAMES = [  # of people, music, things that have one name everywhere, and units
    "alice", "bob", "Paper Boats", "The Lanterns", "A Guest", "Harbour", "Insight for Spotify", "Insight", "Spotify",
    "CSV", "NDJSON", "JSON", "JSPF", "XSPF", "M3U", "Koito", "Last.fm", "Maloja", "ListenBrainz", "MusicBrainz",
    "English", "Deutsch", "Europe/Berlin", "PostgreSQL", "Android", ROOT,
]  # fmt: skip
OWN = [
    "/account", "/account/spotify", "/account/privacy", "/account/preferences", "/account/tokens", "/account/webhooks",
    "/account/exclusions", "/account/imports", "/account/recordings", "/account/genres", "/account/export",
    "/account/browsers", "/account/delete",
]  # fmt: skip
OPEN = ["/", "/privacy", "/docs", "/nothing", "/today/alice?date=2026-11-20", "/activity", "/sign-in/pass?pass=x"]
PERIODS = ["", "?period=2026", "?period=2026-03-03", "?period=2019-01-01", "?period=never"]


@pytest.fixture
def alice(client: TestClient) -> int:
    account = seed.account("alice", visibility="public")
    boats = seed.known_track()
    for month in range(1, 12):
        seed.plays(account, boats, [f"2026-{month:02}-{day:02} 12:10Z" for day in range(1, 9)])
    reason = {"rank": 1, "kind": "rotation", "track_id": boats, "reason": "Žþ", "score": 1.0, "evidence": {}}
    seed.run(account, "2026-11-20", [reason])
    return account


def untranslated(html: str) -> list[str]:
    """The pieces of text with a word that has no accent."""
    return sorted({text for text in texts(html) if WORD.search(without_names(text))})


def without_names(text: str) -> str:
    text = ADDRESS.sub("", text)
    for name in NAMES:
        text = text.replace(name, "")
    return text


def words_of(client: TestClient, path: str) -> list[str]:
    client.event_hooks = {}  # a refusal in a browser is a page, not a problem of the API
    with spoken():
        return untranslated(client.get(path, headers=BROWSER).text)


@pytest.mark.parametrize("name", QUESTIONS)
def test_every_text_of_statistics_can_be_translated(client: TestClient, alice: int, name: str) -> None:
    seed.account("bob")
    client.cookies = signed_in(alice)
    plain = {path: words_of(client, path) for path in (address(name) + period for period in PERIODS)}
    assert {path: words for path, words in plain.items() if words} == {}


@pytest.mark.parametrize("path", OPEN)
def test_every_text_of_pages_for_everybody_can_be_translated(client: TestClient, alice: int, path: str) -> None:
    assert words_of(client, path) == []


@pytest.mark.parametrize("path", [*OWN, "/", "/today/alice"])
def test_every_text_of_a_listeners_own_pages_can_be_translated(client: TestClient, alice: int, path: str) -> None:
    client.cookies = signed_in(alice)
    assert words_of(client, path) == []


@pytest.mark.parametrize("path", ["/administration", "/administration/alice"])
def test_every_text_of_administrators_pages_can_be_translated(database_url: str, path: str) -> None:
    seed.account("alice", visibility="private")
    with service_client(SERVICES) as client:
        client.cookies = signed_in(seed.account(ROOT))
        assert words_of(client, path) == []


def test_every_text_of_a_shared_page_can_be_translated(client: TestClient, alice: int) -> None:
    secret = shared(alice, redacted=True, period="2026")
    assert words_of(client, f"/recap/alice?share={secret}") == []


def test_untranslated_text_is_detected() -> None:
    assert untranslated("<p>Plain <bdi>name</bdi></p><a aria-label='Read'>ṕé</a><code>x</code>") == ["Plain", "Read"]
