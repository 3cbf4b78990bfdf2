"""Answers that are sent piece by piece hold no thread meanwhile, and are never cut off unnoticed."""

import asyncio
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from http.client import HTTPConnection, IncompleteRead

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import Message

import web.server.streaming
from db.engine.connection import DatabaseUnreachable, connected, database, open_database, rows
from tests.suite.waiting import until
from tests.web.server.over_tcp import served
from web.http.errors import HANDLERS, Problem
from web.server.streaming import Piece, Stream
from web.server.thread_pool import Endpoint, Handler, ThreadPool

MEGABYTE = b"x" * 1024 * 1024


class Pieces:
    """Makes `number` pieces, and calls `before` with the number of each beforehand."""

    def __init__(self, number: int, before: Callable[[int], object] = id, content: bytes = b"piece ") -> None:
        self.made, self._number, self._before, self._content = 0, number, before, content

    def __call__(self, _: Request) -> bytes:
        if self.made == self._number:
            return b""
        self._before(self.made)
        self.made += 1
        return self._content


def service(piece: Callable[[], Piece], other: Handler = lambda _: Response("other"), threads: int = 4) -> Starlette:
    pool = ThreadPool(threads)
    routes = [
        Route("/stream", Endpoint(lambda _: Stream(piece(), {}, "text/plain"), pool)),
        Route("/other", Endpoint(other, pool)),
    ]
    return Starlette(routes=routes, exception_handlers=HANDLERS)


def get(port: int, path: str = "/stream") -> tuple[int, bytes]:
    with closing(HTTPConnection("127.0.0.1", port, timeout=30)) as connection:
        connection.request("GET", path)
        answer = connection.getresponse()
        return answer.status, answer.read()


def begin(port: int, *, small: bool = False) -> socket.socket:
    """A client that asks for the stream and reads nothing of it."""
    client = socket.socket()
    if small:
        client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    client.connect(("127.0.0.1", port))
    client.sendall(b"GET /stream HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
    return client


@pytest.fixture
def waits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(web.server.streaming, "WAITS", (0.0, 0.0))


def test_all_pieces_arrive_in_order() -> None:
    with served(service(lambda: Pieces(3))) as port:
        assert get(port) == (200, b"piece piece piece ")


def test_a_client_that_does_not_read_holds_no_thread_and_no_connection(database_url: str) -> None:
    open_database(database_url, connections=1)
    pieces = Pieces(1000, lambda _: ask(), MEGABYTE)

    def ask(*_: object) -> Response:
        with connected():
            rows("SELECT 1")
        return Response("other")

    with served(service(lambda: pieces, ask, threads=1)) as port, begin(port, small=True):
        until(lambda: pieces.made >= 2)
        for _ in range(3):
            assert get(port, "/other") == (200, b"other")
        assert pieces.made < 100  # as many as the operating system and the server buffer for a slow client


def test_streaming_ends_when_the_client_hangs_up() -> None:
    endless = Pieces(10**9, content=MEGABYTE)
    turns = iter([endless, *[Pieces(1)] * 600])
    with served(service(lambda: next(turns))) as port:  # a visitor may have one stream at a time
        client = begin(port)
        until(lambda: endless.made > 0)
        assert get(port)[0] == 503
        client.close()
        until(lambda: get(port)[0] == 200)
        made = endless.made
        assert get(port, "/other")[0] == 200
        assert endless.made == made


def test_a_visitor_may_have_two_streams_at_once() -> None:
    pieces = [Pieces(1000, content=MEGABYTE) for _ in range(3)]
    turns = iter(pieces)
    with served(service(lambda: next(turns), threads=8)) as port:
        clients = [begin(port, small=True) for _ in range(2)]
        until(lambda: all(each.made for each in pieces[:2]))
        status, body = get(port)
        assert (status, pieces[2].made) == (503, 0)
        assert b"2 downloads of yours are running already: try again when one is done." in body
        for client in clients:
            client.close()
        turns = iter([Pieces(1)] * 50)
        until(lambda: get(port) == (200, b"piece "))


@pytest.mark.usefixtures("waits")
@pytest.mark.parametrize(
    "error", [DatabaseUnreachable("It restarts."), Problem(503, "No thread was free.")], ids=["database", "queue"]
)
def test_a_temporary_failure_is_waited_out(error: Exception) -> None:
    errors = [error, error]

    def fail_at_first(number: int) -> None:
        if number == 1 and errors:
            raise errors.pop()

    with served(service(lambda: Pieces(3, fail_at_first))) as port:
        assert get(port) == (200, b"piece piece piece ")


@pytest.mark.usefixtures("waits")
@pytest.mark.parametrize("error", [DatabaseUnreachable("It is gone."), Problem(404, "There is no account.")])
def test_an_incomplete_stream_is_recognisable(error: Exception) -> None:
    def fail(number: int) -> None:
        if number == 2:
            raise error

    with served(service(lambda: Pieces(3, fail))) as port, pytest.raises(IncompleteRead) as cut:
        get(port)
    assert cut.value.partial == b"piece piece "


def request(path: str) -> Request:
    """A request of a client that does not hang up."""

    async def receive() -> Message:
        await asyncio.Event().wait()
        raise AssertionError("nobody sets it")

    scope = {"type": "http", "method": "GET", "path": path, "query_string": b"", "headers": [], "client": ("::1", 1)}
    return Request(scope, receive)


def test_pieces_wait_for_their_turn_like_requests() -> None:
    """With one thread for each visitor, another request by the same visitor comes between two pieces."""
    began, first_began, go_on = list[str](), threading.Event(), threading.Event()

    def slowly(number: int) -> None:
        began.append(f"piece {number}")
        first_began.set()
        assert go_on.wait(30)

    def other(request: Request) -> Response:
        began.append(str(request.scope["path"]))
        return Response()

    async def send(_: Message) -> None:
        """The client reads at once."""

    async def ask() -> None:
        pool = ThreadPool(2)
        stream = Stream(Pieces(3, slowly), {}, "text/plain")
        streaming = asyncio.create_task(pool.stream(stream, request("/stream"), send))
        assert await asyncio.to_thread(first_began.wait, 30)
        waiting = asyncio.create_task(pool.answer(other, request("/other")))
        await asyncio.sleep(0)
        go_on.set()
        await asyncio.gather(streaming, waiting)

    asyncio.run(ask())
    assert began == ["piece 0", "/other", "piece 1", "piece 2"]


@pytest.fixture(autouse=True)
def closed() -> Iterator[None]:
    yield
    if database.obj is not None:
        database.obj.close_all()
