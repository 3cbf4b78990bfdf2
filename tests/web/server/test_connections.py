"""Slow clients are cut off, so that they do not block others."""

import socket
import time
from collections import Counter
from collections.abc import Iterator
from http.client import HTTPResponse

import pytest

import web.server.connections
import web.server.throttled_log
from tests.web.conftest import NOW, VERSION
from tests.web.server.over_tcp import served
from web.http.services import Services
from web.service import web_service

pytestmark = pytest.mark.programs

SECONDS = 0.6
AMPLE = 4.0  # seconds, for tests in which nothing may be cut even on a busy machine
GET = b"GET /health HTTP/1.1\r\nHost: 127.0.0.1\r\n"


@pytest.fixture
def port(monkeypatch: pytest.MonkeyPatch) -> Iterator[int]:
    monkeypatch.setattr(web.server.connections, "SECONDS", SECONDS)
    with served(web_service(Services(VERSION, lambda: NOW))) as port:
        yield port


def exchange(port: int, beginning: bytes, dribble: bytes = b"", every: float = 0.05) -> tuple[bytes, float]:
    """Send `beginning`, then `dribble` every `every` seconds; returns the answer and the seconds until the end."""
    began, answer = time.monotonic(), b""
    with socket.create_connection(("127.0.0.1", port), timeout=120) as connection:
        connection.sendall(beginning)
        connection.settimeout(every)
        while True:
            try:
                if not (part := connection.recv(65536)):
                    return answer, time.monotonic() - began
                answer += part
            except TimeoutError:
                _send(connection, dribble)
            except ConnectionResetError:
                return answer, time.monotonic() - began


def _send(connection: socket.socket, dribble: bytes) -> None:
    try:
        connection.sendall(dribble)
    except OSError:  # the connection was cut; the answer can still be read
        return


def first_answer(port: int, request: bytes) -> bytes:
    with socket.create_connection(("127.0.0.1", port), timeout=120) as connection:
        connection.sendall(request)
        return connection.recv(65536)


TIMED_OUT = b"HTTP/1.1 408 Request Timeout\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"


@pytest.mark.parametrize(
    ("beginning", "dribble"),
    [
        (b"G", b""),
        (GET, b""),
        (GET, b"X-More: 1\r\n"),
        (b"POST /oauth/token HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 60000\r\n\r\n", b"x"),
        (b"POST /oauth/token HTTP/1.1\r\nHost: 127.0.0.1\r\nTransfer-Encoding: chunked\r\n\r\n", b"1\r\nx\r\n"),
    ],
)
def test_a_request_that_does_not_arrive_in_time_is_cut_off(port: int, beginning: bytes, dribble: bytes) -> None:
    answer, seconds = exchange(port, beginning, dribble)
    assert answer == TIMED_OUT
    assert seconds >= SECONDS


def test_a_silent_client_is_cut_off_without_an_answer(port: int) -> None:
    answer, seconds = exchange(port, b"")
    assert (answer, seconds >= SECONDS) == (b"", True)


@pytest.mark.parametrize(
    ("rest", "dribble"),
    [
        (b"\r\n", b"\r\n"),  # between two requests
        (b"Content-Length: 60000\r\n\r\n", b"x"),  # an unread body
        (b"Transfer-Encoding: chunked\r\n\r\n0\r\n", b"X-More: 1\r\n"),  # endless trailers
    ],
)
def test_a_client_that_sends_slowly_after_an_answer_is_cut_off(port: int, rest: bytes, dribble: bytes) -> None:
    answer, seconds = exchange(port, GET + rest, dribble)
    assert answer.startswith(b"HTTP/1.1 200 OK\r\n")
    assert seconds >= SECONDS


def test_endless_headers_are_refused(port: int) -> None:
    line = b"X-More: " + b"x" * 992 + b"\r\n"
    answer, _ = exchange(port, GET, line * 8, every=0.01)
    assert answer.startswith(b"HTTP/1.1 431 Request Header Fields Too Large\r\n")


@pytest.mark.parametrize(
    "head",
    [
        GET + b"".join(b"X-%d: 1\r\n" % number for number in range(8000)) + b"\r\n",
        GET + b"X-Large: " + b"x" * 33_000 + b"\r\n\r\n",
        b"GET /" + b"x" * 33_000 + b" HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n",
    ],
)
def test_large_headers_that_arrive_at_once_are_refused(port: int, head: bytes) -> None:
    answer, _ = exchange(port, head)
    assert answer.startswith(b"HTTP/1.1 431 Request Header Fields Too Large\r\n")
    assert answer.count(b"HTTP/1.1 ") == 1


def test_headers_of_32_kilobytes_are_accepted(port: int) -> None:
    answer, _ = exchange(port, GET + b"X-Large: " + b"x" * 32_000 + b"\r\nConnection: close\r\n\r\n")
    assert answer.startswith(b"HTTP/1.1 200 OK\r\n")


@pytest.mark.parametrize(
    ("request_", "line"),
    [
        (b"nonsense\r\n\r\n", "Invalid HTTP request received."),
        (GET + b"Connection: Upgrade\r\nUpgrade: websocket\r\n\r\n", "Unsupported upgrade request."),
    ],
)
def test_unreadable_requests_do_not_fill_the_log(
    port: int, request_: bytes, line: str, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(web.server.throttled_log.LOG_THROTTLE, "_next", {})
    monkeypatch.setattr(web.server.throttled_log.LOG_THROTTLE, "_unwritten", Counter())
    for _ in range(3):
        first_answer(port, request_)
    assert caplog.messages.count(line) == 1
    monkeypatch.setattr(web.server.throttled_log.LOG_THROTTLE, "_next", {})  # simulates that a minute has passed
    first_answer(port, request_)
    assert [message for message in caplog.messages if message.startswith(line)] == [
        line,
        f"{line} 2 more since the last such line.",
    ]


def test_requests_in_time_are_answered_one_after_the_other(port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(web.server.connections, "SECONDS", AMPLE)
    with socket.create_connection(("127.0.0.1", port), timeout=120) as connection:
        for _ in range(6):
            connection.sendall(GET[:20])
            time.sleep(AMPLE / 4)
            connection.sendall(GET[20:] + b"\r\n")
            answer = HTTPResponse(connection)  # reads an answer in one piece or in several
            answer.begin()
            assert (answer.status, answer.read()[:1]) == (200, b"{")
