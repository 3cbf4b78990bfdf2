"""Answers are compressed for clients that accept it, unless their length could reveal a secret."""

import re

import pytest
import zstandard
from httpx2 import Response
from starlette.testclient import TestClient

from tests.web import seed
from tests.web.visitors.visiting import by_our_page, signed_in
from web.server import compression

ENCODINGS = ("zstd", "br", "gzip")
OURS = {"Origin": "http://127.0.0.1"}
HISTORY = "/history/alice?limit=100"


@pytest.fixture
def alice(database_url: str) -> int:
    alice, track = seed.account("alice"), seed.known_track()
    seed.plays(alice, track, [f"2026-10-{day:02} 12:00+00" for day in range(1, 21)])
    return alice


def raw_answer(client: TestClient, path: str, accepted: str, **headers: str) -> Response:
    """The answer as it is sent, without the check of its content."""
    client.event_hooks = {}  # the check of answers cannot read Zstandard
    return client.get(path, headers={"Accept-Encoding": accepted, **headers})


def read(answer: Response) -> bytes:
    """The decompressed body; the client itself decompresses everything but Zstandard."""
    if answer.headers.get("content-encoding") != "zstd":
        return answer.content
    return zstandard.ZstdDecompressor().decompress(answer.content)


@pytest.mark.parametrize("path", [HISTORY, "/openapi.json", "/"])
@pytest.mark.parametrize("encoding", ENCODINGS)
def test_an_answer_is_the_same_and_smaller(client: TestClient, alice: int, path: str, encoding: str) -> None:
    plain, smaller = raw_answer(client, path, "identity"), raw_answer(client, path, encoding)
    assert read(smaller) == plain.content
    assert int(smaller.headers["content-length"]) < len(plain.content) / 2
    assert (smaller.headers["content-encoding"], "content-encoding" in plain.headers) == (encoding, False)
    assert "Accept-Encoding" in smaller.headers["vary"]
    for name in ("etag", "content-type", "cache-control"):
        assert smaller.headers[name] == plain.headers[name]


@pytest.mark.parametrize("path", [HISTORY, "/openapi.json", "/"])
@pytest.mark.parametrize("accepted", [*ENCODINGS, "identity"])
def test_vary_names_each_header_once(client: TestClient, alice: int, path: str, accepted: str) -> None:
    names = raw_answer(client, path, accepted).headers["vary"].lower().split(", ")
    assert (names.count("accept-encoding"), len(set(names))) == (1, len(names))


def test_the_clients_preferences_are_respected(client: TestClient, alice: int) -> None:
    assert raw_answer(client, HISTORY, "gzip, deflate, br, zstd").headers["content-encoding"] == "zstd"
    assert raw_answer(client, HISTORY, "zstd;q=0, br;q=0, gzip").headers["content-encoding"] == "gzip"
    assert "content-encoding" not in raw_answer(client, HISTORY, "zstd;q=0, *;q=0").headers
    assert "content-encoding" not in raw_answer(client, HISTORY, "").headers


def test_an_unchanged_answer_is_not_sent_again_in_any_encoding(client: TestClient, alice: int) -> None:
    tag = raw_answer(client, HISTORY, "gzip").headers["etag"]
    again = raw_answer(client, HISTORY, "br", **{"If-None-Match": tag})
    assert (again.status_code, again.headers["etag"], again.content) == (304, tag, b"")
    assert "content-encoding" not in again.headers
    assert "Accept-Encoding" in again.headers["vary"]


def test_head_has_the_length_of_get(client: TestClient, alice: int) -> None:
    head = client.head(HISTORY, headers={"Accept-Encoding": "gzip"})
    assert head.headers["content-length"] == raw_answer(client, HISTORY, "gzip").headers["content-length"]


def test_small_answers_and_refusals_are_left_as_they_are(client: TestClient, alice: int) -> None:
    for path in ("/health", "/history/alice?limit=1", f"/history/alice?{'x' * 2000}=1"):
        assert "content-encoding" not in raw_answer(client, path, "gzip").headers


def test_a_page_that_holds_a_secret_is_not_compressed(client: TestClient, alice: int) -> None:
    """A page may hold a token that is shown once, or a token against forged requests."""
    client.cookies = signed_in(alice)
    for path in ("/account/tokens", "/today/alice"):
        page = raw_answer(client, path, "gzip, br, zstd")
        assert (page.headers["content-type"][:9], "content-encoding" in page.headers) == ("text/html", False)
        assert len(page.content) > compression.LEAST
    headers = {**by_our_page(dict(client.cookies)), "Accept-Encoding": "gzip"}
    made = client.post("/account/tokens", data={"name": "x", "days": "30", "read": "on"}, headers=headers)
    assert (made.status_code, "content-encoding" in made.headers) == (200, False)


def test_json_is_compressed_for_signed_in_listeners_too(client: TestClient, alice: int) -> None:
    client.cookies = signed_in(alice)
    answer = raw_answer(client, HISTORY, "gzip")
    assert (answer.headers["content-encoding"], len(answer.json()["plays"])) == ("gzip", 20)


def test_other_pages_of_a_listener_are_compressed_with_a_token_that_always_differs(
    client: TestClient, alice: int
) -> None:
    client.cookies = signed_in(alice)
    pages = [raw_answer(client, "/docs", "gzip") for _ in range(2)]
    assert {page.headers.get("content-encoding") for page in pages} == {"gzip"}
    tokens = [re.findall('name="csrf" value="([0-9a-f]+)"', page.text)[0] for page in pages]
    assert tokens[0] != tokens[1]
    for token in tokens:
        answer = client.post("/account/visibility", data={"visibility": "public", "csrf": token}, headers=OURS)
        assert answer.status_code == 303, answer.text
