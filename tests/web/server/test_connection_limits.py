"""Too many connections, and clients that do not read their answers, do not block other clients."""

import logging
import resource
import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack, suppress

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

import web.server.connection_limits
import web.server.connections
from tests.suite.waiting import until
from tests.web.server.over_tcp import served

pytestmark = pytest.mark.programs

MOST = 8  # connections, of which one address may have 4
LARGE = b"x" * 24_000_000  # more than the buffers at both ends of a connection hold
SECONDS = 0.6
AMPLE = 4.0  # seconds, for tests in which nothing may be cut even on a busy machine
HEADERS = b" HTTP/1.1\r\nHost: 127.0.0.1\r\n"


async def small(_: Request) -> Response:
    return Response("small")


async def large(_: Request) -> Response:
    return Response(LARGE)


async def never(request: Request) -> Response:
    while (await request.receive())["type"] != "http.disconnect":
        pass
    return Response()


@pytest.fixture
def port(monkeypatch: pytest.MonkeyPatch) -> Iterator[int]:
    monkeypatch.setattr(web.server.connections, "most_connections", lambda: MOST)
    with served(Starlette(routes=[Route("/", small), Route("/large", large), Route("/never", never)])) as port:
        yield port


class Connect:
    """Opens connections to the service, which are closed at the end of the test."""

    def __init__(self, port: int, connections: ExitStack) -> None:
        self._port, self._connections = port, connections

    def __call__(self, address: str = "127.0.0.1", sends: bytes = b"") -> socket.socket:
        client = socket.create_connection(("127.0.0.1", self._port), timeout=120, source_address=(address, 0))
        self._connections.enter_context(client)
        client.sendall(sends)
        return client


@pytest.fixture
def connect(port: int) -> Iterator[Connect]:
    with ExitStack() as connections:
        yield Connect(port, connections)


def request_for(path: str, more: bytes = b"") -> bytes:
    return b"GET " + path.encode() + HEADERS + more + b"\r\n"


def answered(client: socket.socket) -> bytes:
    """The answer to a request for something small; empty if the connection was closed."""
    answer = b""
    with suppress(OSError):
        client.sendall(request_for("/"))
        answer = client.recv(65536)
        while answer.startswith(b"HTTP/1.1 200") and not answer.endswith(b"small"):
            answer += client.recv(65536)
    return answer


def is_cut(client: socket.socket) -> bool:
    """Whether the other end has closed the connection, even if there is something left to read."""
    try:
        client.sendall(b"\r\n")
    except OSError:
        return True
    return False


def test_the_oldest_idle_connections_are_closed_for_new_ones(
    connect: Connect, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING, "insight"):
        idle = [connect() for _ in range(10)]
        assert answered(connect()).startswith(b"HTTP/1.1 200 OK")
    assert [answered(client)[:15] for client in idle] == [b""] * 7 + [b"HTTP/1.1 200 OK"] * 3
    (line,) = [record.getMessage() for record in caplog.records]
    assert line == (
        "3 connections are open: the limit of open files allows 8, and 4 for one address. Since the last such line, "
        "1 idle ones were closed and 0 new ones refused."
    )


def test_a_connection_is_idle_from_its_last_answer_on(connect: Connect) -> None:
    first, second, *_ = [connect() for _ in range(4)]
    assert answered(first)
    assert answered(connect())
    assert (answered(second), answered(first)[:15]) == (b"", b"HTTP/1.1 200 OK")


def test_an_address_with_many_connections_does_not_block_others(connect: Connect) -> None:
    single = connect("127.0.0.2")
    crowd = [connect("127.0.0.3") for _ in range(30)]
    assert answered(single).startswith(b"HTTP/1.1 200 OK")
    assert answered(connect("127.0.0.4")).startswith(b"HTTP/1.1 200 OK")
    assert sum(bool(answered(client)) for client in crowd) == 4


def test_the_address_with_most_connections_loses_one(connect: Connect) -> None:
    few = [connect(f"127.0.0.{number}") for number in range(2, 7)]
    many = [connect("127.0.0.9") for _ in range(3)]
    new = connect("127.0.0.10")
    assert all(map(answered, [*few, new]))
    assert [bool(answered(client)) for client in many] == [False, True, True]


def test_a_connection_waiting_for_an_answer_is_not_closed(connect: Connect) -> None:
    busy = [connect(sends=request_for("/never")) for _ in range(4)]
    until(lambda: answered(connect()).startswith(b"HTTP/1.1 503 Service Unavailable\r\nretry-after: 5\r\n"))
    assert answered(connect("127.0.0.2")).startswith(b"HTTP/1.1 200 OK")
    busy.pop().close()
    until(lambda: answered(connect()).startswith(b"HTTP/1.1 200 OK"))


@pytest.mark.parametrize("more", [b"", b"Connection: close\r\n"])
def test_a_client_that_does_not_read_is_cut_off(connect: Connect, monkeypatch: pytest.MonkeyPatch, more: bytes) -> None:
    monkeypatch.setattr(web.server.connections, "SECONDS", SECONDS)
    client = connect(sends=request_for("/large", more))
    until(lambda: is_cut(client))


def test_a_client_that_reads_steadily_gets_the_whole_answer(connect: Connect, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(web.server.connections, "SECONDS", AMPLE)
    client, length = connect(sends=request_for("/large", b"Connection: close\r\n")), 0
    for _ in range(20):
        length += len(client.recv(1_000_000))
        time.sleep(AMPLE / 12)
    while part := client.recv(1_000_000):
        length += len(part)
    assert length > len(LARGE)


def test_unread_answers_are_limited_in_total(connect: Connect, monkeypatch: pytest.MonkeyPatch) -> None:
    """The limit holds long before the time to read them is over."""
    monkeypatch.setattr(web.server.connection_limits, "MOST_UNREAD", 2 * len(LARGE))
    single = connect("127.0.0.2", sends=request_for("/large"))
    clients = [connect(sends=request_for("/large"))]
    for _ in range(3):
        clients[-1].recv(1, socket.MSG_PEEK)  # waits, so that the requests arrive in this order
        clients.append(connect(sends=request_for("/large")))
    until(lambda: is_cut(clients[0]))
    assert [is_cut(clients[-1]), is_cut(single)] == [False, False]


def test_the_most_connections_depend_on_the_limit_of_open_files(monkeypatch: pytest.MonkeyPatch) -> None:
    def most(files: int) -> int:
        monkeypatch.setattr(resource, "getrlimit", lambda _: (files, files))
        return web.server.connection_limits.most_connections()

    assert (most(1024), most(256), most(20), most(1 << 20)) == (768, 128, 16, 8192)
    assert most(resource.RLIM_INFINITY) == 8192
