"""Every address answers each kind of visitor as the table in docs/access.md says."""

import re
import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path

import pytest
from httpx2 import Response
from starlette.routing import Mount, Route
from starlette.testclient import TestClient

from collect.uploads.background import BackgroundImports
from db.engine.connection import connected, row, rows
from insights.questions import questions
from tests.suite.emptying import DELETE
from tests.web import seed
from tests.web.api.administering import ROOT, SERVICES
from tests.web.conftest import service_client
from tests.web.known_music import know_genres
from tests.web.pages.test_connect import Begun, Spotify, consent
from tests.web.visitors.visiting import by_our_page, shared, signed_in, with_token
from web.lists.shapes import list_id
from web.routes import routes

ACCESS = Path(__file__).parents[3] / "docs/access.md"
ADDRESS = re.compile(r"`([A-Z]+) (/\S*)`")
EVERY_QUESTION = "every question of `insights/questions/`"
QUESTIONS = {("GET", question.path) for question in questions().values()}
TO_SIGN_IN = "sign in"
Address = tuple[str, str]
PORTIONS = 10  # tests of addresses that are only read, each for a tenth of them with one set of accounts


@dataclass(frozen=True)
class Visit:
    """The credentials that a visitor of one column presents, and the visitor's own username."""

    headers: dict[str, str] = field(default_factory=dict)
    cookies: dict[str, str] = field(default_factory=dict)
    share: str | None = None
    own: str = "alice"


def _in_person(username: str) -> Visit:
    return Visit(cookies=signed_in(account_id(username)), own=username)


VISITS: Mapping[str, Callable[[], Visit]] = {
    "nobody": Visit,
    "stranger": lambda: _in_person("bob"),
    "owner": lambda: _in_person("alice"),
    "link": lambda: Visit(share=shared(account_id("alice"))),
    "token: read": lambda: Visit(with_token(account_id("alice"), "read")),
    "token: submit": lambda: Visit(with_token(account_id("alice"), "submit")),
    "token: administer": lambda: Visit(with_token(account_id("alice"), "administer")),
    "token: widget": lambda: Visit(with_token(account_id("alice"), "widget")),
    "administrator": lambda: _in_person(ROOT),
    "administrator's token": lambda: Visit(with_token(account_id(ROOT), "administer"), own=ROOT),
}
QUERIES = {
    "/connect": "username=alice",
    "/user-recommendations/{username}": "date=2026-11-20",
    "/today/{username}": "date=2026-11-20",
    "/1/latest-import": "user_name=alice",
    "/1/search/users": "search_term=ali",
}
LISTEN = {"listened_at": 1795170000, "track_metadata": {"track_name": "Paper Boats", "artist_name": "The Lanterns"}}
CONTENTS = {
    "/1/submit-listens": {"listen_type": "single", "payload": [LISTEN]},
    "/mcp": {"jsonrpc": "2.0", "id": 1, "method": "tools/list"},
}
DAY = date(2026, 11, 20)
PLAYLIST = "p" * 22
GENRE = "dream pop"
MBID = "0383dadf-2a4e-4d10-a46a-e9e041da8eb3"
WEBHOOK_CHANGES = ("test", "pause", "resume", "delete")
FIRST_NUMBERS = {"track": "track", "artist": "artist", "album": "album"}
CHANGES: Mapping[str, Callable[[Visit], dict[str, str]]] = {
    "POST /users": lambda _: {"username": "carol", "time_zone": "UTC"},
    "POST /administration": lambda _: {"username": "carol", "time_zone": "UTC"},
    "POST /administration/{username}/rename": lambda _: {"username": "alicia"},
    "POST /administration/{username}/disable": lambda _: {"confirm": "on"},
    "POST /administration/{username}/enable": lambda _: {"confirm": "on"},
    "PATCH /users/{username}": lambda _: {"time_zone": "UTC"},
    "POST /oauth/token": lambda _: _client(),
    "POST /appearance": lambda _: {"theme": "dark"},
    "POST /account/exclusions": lambda _: {"kind": "incognito"},
    "POST /account/exclusions/remove": lambda _: {"id": number("SELECT min(id) FROM exclusion")},
    "POST /account/recordings/split": lambda _: {"track": number("SELECT min(id) FROM track")},
    "POST /account/recordings/join": lambda _: {
        "track": number("SELECT min(id) FROM track"),
        "other": number("SELECT max(id) FROM track"),
    },
    "POST /account/recordings/undo": lambda _: {"track": number("SELECT min(id) FROM track")},
    "POST /account/genres/names": lambda _: {"names": "on"},
    "POST /account/genres/correct": lambda _: {"artist": "The Lanterns", "mbid": MBID},
    "POST /account/genres/undo": lambda _: {"artist": "The Lanterns"},
    "POST /account/visibility": lambda _: {"visibility": "public"},
    "POST /account/time-zone": lambda _: {"time_zone": "UTC"},
    "POST /account/scan-mode": lambda _: {"mode": "live"},
    "POST /account/collecting": lambda _: {"collecting": "paused"},
    "POST /language": lambda _: {"language": "de", "next": "/privacy"},
    "POST /account/language": lambda _: {"language": "de"},
    "POST /account/playlist": lambda _: {"playlist": "off"},
    "POST /account/library": lambda _: {"library": "off"},
    "POST /account/library/visibility": lambda _: {"shown": "on"},
    "POST /account/tokens": lambda _: {"name": "phone", "read": "on", "days": "30"},
    "POST /account/tokens/revoke": lambda _: {"id": number("SELECT max(id) FROM api_token WHERE name = 'kept'")},
    "POST /account/links": lambda _: {"days": "30"},
    "POST /account/links/revoke": lambda _: {"id": number("SELECT min(id) FROM share_link")},
    "POST /account/webhooks": lambda _: {"address": "https://a.example", "play": "on"},
    **{f"POST /account/webhooks/{change}": lambda _: _first_webhook() for change in WEBHOOK_CHANGES},
    "POST /recommendation-feedback": lambda _: {"track": number("SELECT min(id) FROM track"), "verb": "like"},
    "POST /account/recommendations": lambda _: {"dial": "auto"},
    "POST /account/delete": lambda visit: {"username": visit.own},
    "POST /2.0/": lambda _: _scrobble(),
    "POST /2.0": lambda _: _scrobble(),
}


def _nothing(_: Visit) -> dict[str, str]:
    return {}


def number(sql: str, *values: object) -> str:
    with connected():
        result = row(sql, *values)
    assert result is not None
    return str(result[0])


def _first_webhook() -> dict[str, str]:
    return {"id": number("SELECT min(id) FROM webhook")}


def account_id(username: str) -> int:
    return int(number("SELECT id FROM account WHERE username = %s", username))


def _client() -> dict[str, str]:
    """Fields that exchange Alice's token, which alone decides who asks, whatever the visitor presents."""
    secret = with_token(account_id("alice"))["Authorization"].removeprefix("Bearer ")
    token_id = number("SELECT max(id) FROM api_token")
    return {"grant_type": "client_credentials", "client_id": token_id, "client_secret": secret}


def _scrobble() -> dict[str, str]:
    """Fields of a scrobble with Alice's token, which alone decides who asks."""
    key = with_token(account_id("alice"), "submit")["Authorization"].removeprefix("Bearer ")
    played = {"artist": "The Lanterns", "track": "Paper Boats", "timestamp": "1795170000"}
    return {"method": "track.scrobble", "sk": key, **played}


class AnySpotify(Spotify):
    """A Spotify that lets visitors sign in."""

    def start_sign_in(self, username: str) -> Begun:
        return self.start(username)


@pytest.fixture
def client(database_url: str, tmp_path: Path) -> Iterator[TestClient]:
    way, imports = consent(AnySpotify()), BackgroundImports(tmp_path)
    with service_client(replace(SERVICES, consent=way, sealer=way.sealer, imports=imports)) as client:
        yield client


def people() -> None:
    """Insert Alice, who is private and was connected once, a stranger, an administrator, and the public Dora."""
    with connected():
        rows(DELETE)
    alice, boats = seed.account(visibility="private", spotify_account_id="alice-1"), seed.known_track()
    seed.insert(
        "listener_playlist", account_id=alice, spotify_id=PLAYLIST, name="Evenings", owner_id="alice-1",
        collaborative=False, is_public=True, place=1, first_read_at=DAY,
    )  # fmt: skip
    others = [seed.account(username, visibility="private") for username in ("bob", ROOT)]
    seed.account("dora")
    know_genres(boats, {GENRE: 1.0})
    for track_id, digest in ((boats, 1), (seed.track(uri="spotify:track:" + "x" * 22), 2)):
        seed.insert(
            "play", account_id=alice, track_id=track_id, played_at="2026-11-19 10:00Z", source="extended",
            ms_played=200_000, digest=digest,
        )  # fmt: skip
    seed.learn(alice)
    seed.copy_library(alice, *others)
    seed.insert("recording_choice", account_id=alice, track_id=boats, recording_id=boats)
    seed.insert("exclusion", account_id=alice, kind="device", value="car")
    seed.insert("webhook", account_id=alice, address="https://a.example", events=["play"], secret="sealed")
    seed.run(alice, "2026-11-20")
    seed.insert("import", account_id=alice, finished_at=datetime.now(UTC), files="[]")
    with_token(alice)
    seed.change("UPDATE api_token SET name = 'kept'")
    shared(alice)


def named(lines: list[list[str]]) -> set[Address]:
    """The addresses that have a row of their own."""
    return {address for line in lines[1:] for address in ADDRESS.findall(line[0])}


@cache
def table() -> dict[Address, dict[str, str]]:
    """The expected answer of each address to each column."""
    lines = rows_of_table()
    columns = lines[0][1:]
    expected: dict[Address, dict[str, str]] = {}
    for addresses, *answers in lines[1:]:
        others = QUESTIONS - named(lines) if addresses == EVERY_QUESTION else set()
        for address in [*ADDRESS.findall(addresses), *sorted(others)]:
            assert address not in expected, f"{address} has two rows"
            expected[address] = dict(zip(columns, answers, strict=True))
    return expected


def rows_of_table() -> list[list[str]]:
    lines = [line for line in ACCESS.read_text(encoding="utf-8").splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines if not line.startswith("|--")]


def served() -> set[Address]:
    collected: set[Address] = set()
    for route in routes(threads=1):
        assert isinstance(route, Route | Mount)
        methods = (route.methods or set()) - {"HEAD"} if isinstance(route, Route) else {"GET"}
        collected |= {(method, route.path) for method in methods}
    return collected


def filled_path(path: str) -> str:
    kind = path.split("/")[1]
    item = number(f"SELECT min(id) FROM {FIRST_NUMBERS[kind]}") if kind in FIRST_NUMBERS else ""  # noqa: S608 - ours
    if path == "/1/playlist/{id}":
        item = str(list_id(account_id("alice"), DAY))
    if path == "/playlist/{id}/{username}":
        item = PLAYLIST
    file = "/tokens.css" if path == "/static" else ""
    imported = number("SELECT max(id) FROM import") if "{number}" in path else ""
    return path.format(username="alice", other="dora", id=item, number=imported, name=GENRE) + file


def ask(client: TestClient, method: str, path: str, visit: Visit) -> Response:
    seed.forget_attempts(client.app)
    client.cookies = visit.cookies
    share = f"share={visit.share}" if visit.share else ""
    query = "&".join(filter(None, (QUERIES.get(path, ""), share)))
    body = CHANGES.get(f"{method} {path}", _nothing)(visit)
    headers = {"Via": "1.1 somewhere", **visit.headers}  # not from the machine that the service runs on
    if method != "GET" and visit.cookies:
        headers |= by_our_page(visit.cookies)
    address = f"{filled_path(path)}?{query}"
    if path in CONTENTS:
        return client.request(method, address, headers=headers, json=CONTENTS[path])
    return client.request(method, address, headers=headers, data=body or None)


def cell_of(answer: Response) -> str:
    is_to_sign_in = answer.status_code == 303 and answer.headers["location"].startswith("/sign-in?")
    return TO_SIGN_IN if is_to_sign_in else str(answer.status_code)


def answers(client: TestClient, method: str, path: str) -> dict[str, str]:
    """The answer to each kind of visitor, undoing what earlier visitors changed."""
    collected = {}
    for column, visit in VISITS.items():
        answer = ask(client, method, path, visit())
        collected[column] = cell_of(answer)
        if method != "GET" and answer.status_code < 400:
            for thread in threading.enumerate():
                if thread.name == "deletion":
                    thread.join()
            people()
    return collected


def test_each_row_of_the_table_is_about_one_address() -> None:
    crowded = [row[0] for row in rows_of_table()[1:] if row[0] != EVERY_QUESTION and not ADDRESS.fullmatch(row[0])]
    assert crowded == []


def test_the_table_has_every_address_and_no_other() -> None:
    assert set(table()) == served()


@pytest.mark.parametrize("portion", range(PORTIONS))
def test_every_address_that_is_read_answers_as_the_table_says(client: TestClient, portion: int) -> None:
    addresses = sorted(address for address in served() if address[0] == "GET")[portion::PORTIONS]
    people()
    assert {address: answers(client, *address) for address in addresses} == {
        address: table()[address] for address in addresses
    }


@pytest.mark.parametrize(("method", "path"), sorted(address for address in served() if address[0] != "GET"))
def test_every_address_that_changes_something_answers_as_the_table_says(
    client: TestClient, method: str, path: str
) -> None:
    people()
    assert answers(client, method, path) == table()[method, path]
