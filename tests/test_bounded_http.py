"""Whatever Spotify or a music service answers, reading it takes little memory and ends."""

import logging
import socket
import tracemalloc
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from threading import get_ident

import pytest

from bounded_http import Bounds
from metadata.errors import ServiceDown
from metadata.http import Http as ServiceHttp
from spotify.errors import TryLater
from spotify.http import Http
from spotify.oauth import Accounts, App
from tests.fake import REDIRECT_URI
from tests.hostile import ENDLESS, SLOW, Answer, answering, packed, whole

BOUNDS = Bounds(largest=1_000_000, seconds=10)
SECRET = "s3cr3t-that-nobody-may-see"
Ask = Callable[[str, Bounds], object]


def spotify(address: str, bounds: Bounds) -> object:
    with closing(Http(sleep=lambda _: None, bounds=bounds)) as http:
        return http.send("GET", address, query={"code": SECRET}).json()


def token(address: str, bounds: Bounds) -> object:
    app = App("id", SECRET, REDIRECT_URI, accounts_url=address)
    with closing(Http(bounds=bounds)) as http:
        return Accounts(app, http, lambda: datetime.now(UTC)).exchange(SECRET, SECRET)


def service(address: str, bounds: Bounds) -> object:
    with closing(ServiceHttp("lastfm", 0, sleep=lambda _: None, bounds=bounds)) as http:
        return http.ask("GET", address, secret={"api_key": SECRET}).json()


ASKING: list[Ask] = [spotify, token, service]


def refused(ask: Ask, answer: Answer, bounds: Bounds = BOUNDS) -> str:
    """The error's sentence, which says what was too much; the error is one after which trying again later helps."""
    with answering(answer) as address, pytest.raises((TryLater, ServiceDown)) as error:
        ask(address, bounds)
    return str(error.value)


@contextmanager
def little_memory() -> Iterator[None]:
    tracemalloc.start()
    try:
        yield
        assert tracemalloc.get_traced_memory()[1] < 20 * BOUNDS.largest
    finally:
        tracemalloc.stop()


@pytest.fixture(scope="module")
def bomb() -> Answer:
    return packed("gzip")


@pytest.mark.parametrize("ask", ASKING)
def test_a_decompression_bomb_is_refused(ask: Ask, bomb: Answer) -> None:
    with little_memory():
        assert "(its response is larger than 1 MB)" in refused(ask, bomb)


@pytest.mark.parametrize("packing", ["br", "zstd"])
def test_other_compressions_are_refused(packing: str) -> None:
    answer = packed(packing)
    with little_memory():
        assert refused(spotify, answer).startswith("Spotify cannot be reached now (")
        assert refused(service, answer).startswith("lastfm cannot be reached now")


@pytest.mark.parametrize("ask", ASKING)
@pytest.mark.parametrize("what", ENDLESS)
def test_an_endless_response_is_refused(ask: Ask, what: str) -> None:
    with little_memory():
        sentence = refused(ask, ENDLESS[what])
    headers = "the headers of its response are larger than 64 KB"
    assert (headers if "headers" in what else "its response is larger than 1 MB") in sentence


@pytest.mark.parametrize("ask", ASKING)
@pytest.mark.parametrize("what", SLOW)
def test_a_response_that_trickles_in_is_refused(ask: Ask, what: str) -> None:
    assert "(its response takes longer than 0.3 s)" in refused(ask, SLOW[what], Bounds(1_000_000, 0.3))


def test_a_refused_response_is_not_requested_again(bomb: Answer) -> None:
    threads = list[int]()

    def counting(client: socket.socket) -> None:
        threads.append(get_ident())
        bomb(client)

    refused(spotify, counting)
    assert len(threads) == 1


@pytest.mark.parametrize("ask", ASKING)
def test_a_refusal_is_logged_without_secrets(ask: Ask, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.WARNING)
    sentence = refused(ask, ENDLESS["body"])
    assert caplog.messages == ["Gave up a response from 127.0.0.1: its response is larger than 1 MB."]
    assert SECRET not in caplog.text + sentence


def test_a_response_within_the_limits_is_accepted() -> None:
    body = b'"' + b"x" * (BOUNDS.largest - 2) + b'"'
    with answering(whole(body)) as address:
        assert len(str(spotify(address, BOUNDS))) == BOUNDS.largest - 2
