"""Too many connections, and clients that do not read their answers: they keep nothing from others."""

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

MOST = 8  # and 4 of one address
LARGE = b"x" * 24_000_000  # more than the buffers of both ends of a connection take
SECONDS = 0.6
AMPLE = 4.0  # where nothing is to be cut, however busy the machine is
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
    """Makes connections to the service, which end with the test."""

    def __init__(self, port: int, made: ExitStack) -> None:
        self._port, self._made = port, made

    def __call__(self, address: str = "127.0.0.1", sends: bytes = b"") -> socket.socket:
        client = socket.create_connection(("127.0.0.1", self._port), timeout=120, source_address=(address, 0))
        self._made.enter_context(client)
        client.sendall(sends)
        return client


@pytest.fixture
def connect(port: int) -> Iterator[Connect]:
    with ExitStack() as made:
        yield Connect(port, made)


def asked(path: str, more: bytes = b"") -> bytes:
    return b"GET " + path.encode() + HEADERS + more + b"\r\n"


def answered(client: socket.socket) -> bytes:
    """What comes to a request for something small; empty if the connection was closed."""
    answer = b""
    with suppress(OSError):
        client.sendall(asked("/"))
        answer = client.recv(65536)
        while answer.startswith(b"HTTP/1.1 200") and not answer.endswith(b"small"):
            answer += client.recv(65536)
    return answer


def is_cut(client: socket.socket) -> bool:
    """Whether the other end has gone, whatever there is to be read."""
    try:
        client.sendall(b"\r\n")
    except OSError:
        return True
    return False


def test_the_oldest_idle_connections_give_way_to_new_ones(connect: Connect, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING, "insight"):
        idle = [connect() for _ in range(10)]
        assert answered(connect()).startswith(b"HTTP/1.1 200 OK")
    assert [answered(client)[:15] for client in idle] == [b""] * 7 + [b"HTTP/1.1 200 OK"] * 3
    (line,) = [record.getMessage() for record in caplog.records]
    assert line == (
        "3 connections are open: the limit of open files allows 8, and 4 for one address. Since the last such line, "
        "1 idle ones were closed and 0 new ones refused."
    )


def test_one_that_was_answered_is_idle_from_then_on(connect: Connect) -> None:
    first, second, *_ = [connect() for _ in range(4)]
    assert answered(first)
    assert answered(connect())
    assert (answered(second), answered(first)[:15]) == (b"", b"HTTP/1.1 200 OK")


def test_an_address_with_many_keeps_no_other_out(connect: Connect) -> None:
    other = connect("127.0.0.2")
    crowd = [connect("127.0.0.3") for _ in range(30)]
    assert answered(other).startswith(b"HTTP/1.1 200 OK")
    assert answered(connect("127.0.0.4")).startswith(b"HTTP/1.1 200 OK")
    assert sum(bool(answered(client)) for client in crowd) == 4


def test_of_many_addresses_the_one_with_most_gives_way(connect: Connect) -> None:
    few = [connect(f"127.0.0.{number}") for number in range(2, 7)]
    many = [connect("127.0.0.9") for _ in range(3)]
    new = connect("127.0.0.10")
    assert all(map(answered, [*few, new]))
    assert [bool(answered(client)) for client in many] == [False, True, True]


def test_who_waits_for_an_answer_is_not_sent_away(connect: Connect) -> None:
    busy = [connect(sends=asked("/never")) for _ in range(4)]
    until(lambda: answered(connect()).startswith(b"HTTP/1.1 503 Service Unavailable\r\nretry-after: 5\r\n"))
    assert answered(connect("127.0.0.2")).startswith(b"HTTP/1.1 200 OK")
    busy.pop().close()
    until(lambda: answered(connect()).startswith(b"HTTP/1.1 200 OK"))


@pytest.mark.parametrize("more", [b"", b"Connection: close\r\n"])
def test_who_does_not_read_is_cut(connect: Connect, monkeypatch: pytest.MonkeyPatch, more: bytes) -> None:
    monkeypatch.setattr(web.server.connections, "SECONDS", SECONDS)
    client = connect(sends=asked("/large", more))
    until(lambda: is_cut(client))


def test_who_reads_steadily_gets_all_of_it(connect: Connect, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(web.server.connections, "SECONDS", AMPLE)
    client, length = connect(sends=asked("/large", b"Connection: close\r\n")), 0
    for _ in range(20):
        length += len(client.recv(1_000_000))
        time.sleep(AMPLE / 12)
    while part := client.recv(1_000_000):
        length += len(part)
    assert length > len(LARGE)


def test_answers_that_nobody_reads_are_not_all_held(connect: Connect, monkeypatch: pytest.MonkeyPatch) -> None:
    """Long before the time to read them is over."""
    monkeypatch.setattr(web.server.connection_limits, "MOST_UNREAD", 2 * len(LARGE))
    other = connect("127.0.0.2", sends=asked("/large"))
    clients = [connect(sends=asked("/large"))]
    for _ in range(3):
        clients[-1].recv(1, socket.MSG_PEEK)  # so that they come in this order
        clients.append(connect(sends=asked("/large")))
    until(lambda: is_cut(clients[0]))
    assert [is_cut(clients[-1]), is_cut(other)] == [False, False]


def test_the_bound_follows_from_the_limit_of_open_files(monkeypatch: pytest.MonkeyPatch) -> None:
    def most(files: int) -> int:
        monkeypatch.setattr(resource, "getrlimit", lambda _: (files, files))
        return web.server.connection_limits.most_connections()

    assert (most(1024), most(256), most(20), most(1 << 20)) == (768, 128, 16, 8192)
    assert most(resource.RLIM_INFINITY) == 8192
