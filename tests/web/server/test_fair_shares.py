"""One visitor's requests, however many and expensive, leave threads to other visitors."""

import asyncio
import socket
import threading

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.testclient import TestClient
from starlette.types import Message

import web.server.thread_pool
from db.engine.connection import connected, rows
from db.people.secrets import LENGTH
from insights.answers.reading import reading
from tests.suite.waiting import until
from tests.web import seed
from tests.web.contract import problem
from tests.web.server.over_tcp import served
from tests.web.visitors.visiting import signed_in, with_token
from web.http.errors import HANDLERS, Problem
from web.server.fair_queue import MOST_EACH
from web.server.thread_pool import Endpoint, Handler, ThreadPool
from web.visitors.visitor import visitor

A, B = "192.0.2.7", "192.0.2.8"
SLEEP = "SELECT pg_sleep(300) IS NULL"
ASLEEP = "SELECT count(*) FROM pg_stat_activity WHERE query LIKE %s AND state = 'active' AND pid <> pg_backend_pid()"
GET = b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"


class Client:
    """A client at an address that asks for `path` and may hang up."""

    def __init__(self, path: str, by: str) -> None:
        self._gone = asyncio.Event()
        scope = {"type": "http", "path": path, "query_string": b"", "headers": [], "client": (by, 4711)}
        self.request = Request(scope, self._receive)

    async def _receive(self) -> Message:
        await self._gone.wait()
        return {"type": "http.disconnect"}

    def hang_up(self) -> None:
        self._gone.set()


class Held:
    """A handler that records the paths it began with, and answers A only after `let_go` is set."""

    def __init__(self) -> None:
        self.began: list[str] = []
        self.let_go = threading.Event()

    def __call__(self, request: Request) -> Response:
        self.began.append(request.scope["path"])
        if request.client and request.client.host == A:
            assert self.let_go.wait(60)
        return Response(request.scope["path"])


def of_a(workers: ThreadPool, held: Held, number: int) -> "list[asyncio.Task[Response]]":
    clients = (Client(f"a{turn}", A) for turn in range(number))
    return [asyncio.create_task(workers.answer(held, client.request)) for client in clients]


def test_others_are_answered_while_one_visitors_requests_take_long() -> None:
    async def ask() -> None:
        workers, held = ThreadPool(8), Held()
        slow = of_a(workers, held, 20)
        others = [workers.answer(held, Client(f"b{turn}", f"198.51.100.{turn}").request) for turn in range(20)]
        await asyncio.gather(*others)
        assert len([path for path in held.began if path.startswith("a")]) == 2  # a fair share of 8 threads
        held.let_go.set()
        assert [answer.status_code for answer in await asyncio.gather(*slow)] == [200] * 20

    asyncio.run(ask())


def test_visitors_take_turns() -> None:
    async def ask() -> list[str]:
        workers, held = ThreadPool(1), Held()
        slow = of_a(workers, held, 5)
        await asyncio.sleep(0)
        other = asyncio.create_task(workers.answer(held, Client("b", B).request))
        await asyncio.sleep(0)
        held.let_go.set()
        await asyncio.gather(*slow, other)
        return held.began

    assert asyncio.run(ask()) == ["a0", "a1", "b", "a2", "a3", "a4"]


def test_a_waiting_request_whose_client_hung_up_is_never_begun() -> None:
    async def ask() -> None:
        workers, held = ThreadPool(1), Held()
        slow = of_a(workers, held, 1)
        await asyncio.sleep(0)
        gone = [Client(f"gone{turn}", A) for turn in range(10)]
        waiting = [asyncio.create_task(workers.answer(held, client.request)) for client in gone]
        await asyncio.sleep(0)
        for client in gone:
            client.hang_up()
        assert [answer.status_code for answer in await asyncio.gather(*waiting)] == [499] * 10
        held.let_go.set()
        await asyncio.gather(*slow, workers.answer(held, Client("last", A).request))
        assert held.began == ["a0", "last"]

    asyncio.run(ask())


def test_a_visitors_waiting_requests_are_limited() -> None:
    async def ask() -> None:
        workers, held = ThreadPool(1), Held()
        slow = of_a(workers, held, 1 + MOST_EACH)
        await asyncio.sleep(0)
        with pytest.raises(Problem) as refusal:
            await workers.answer(held, Client("more", A).request)
        assert (refusal.value.status, refusal.value.headers) == (503, {"Retry-After": "5"})
        assert refusal.value.detail == "64 of your requests are already waiting: try again when they are answered."
        other = asyncio.create_task(workers.answer(held, Client("b", B).request))
        held.let_go.set()
        assert (await other).status_code == 200
        await asyncio.gather(*slow)

    asyncio.run(ask())


def application(handler: Handler, seconds: float = 300.0, threads: int = 2) -> Starlette:
    routes = [Route("/", Endpoint(handler, ThreadPool(threads, seconds)), methods=["GET"])]
    return Starlette(routes=routes, exception_handlers=HANDLERS)


def asleep() -> int:
    with connected():
        ((number,),) = rows(ASLEEP, SLEEP)
    return int(number)


def sleeping(_: Request) -> Response:
    with reading():
        rows(SLEEP)
    return Response("slept")


def test_a_query_is_stopped_when_its_client_hangs_up(database_url: str) -> None:
    with served(application(sleeping)) as port:
        clients = [socket.create_connection(("127.0.0.1", port), timeout=120) for _ in range(20)]
        for client in clients:
            client.sendall(GET)
        until(lambda: asleep() == 1)
        for client in clients:
            client.close()
        until(lambda: asleep() == 0)


@pytest.fixture
def impatient(database_url: str) -> TestClient:
    return TestClient(application(sleeping, seconds=0.2))


def test_a_question_that_takes_too_long_is_stopped_with_advice(impatient: TestClient) -> None:
    answer = impatient.get("/")
    detail = (
        "This took longer than 0.2 seconds and was stopped: choose a shorter period, or try again when the service "
        "is less busy."
    )
    assert (answer.status_code, answer.json()) == (503, problem(503, "Service Unavailable", detail, "/"))
    assert answer.headers["retry-after"] == "5"
    assert asleep() == 0


def test_only_questions_have_a_time_limit(impatient: TestClient) -> None:
    """Importing, collecting or migrating on the same connection afterwards may take as long as needed."""
    assert impatient.get("/").status_code == 503
    with connected():
        assert rows("SHOW statement_timeout") == [("0",)]


def test_many_short_statements_together_are_limited_too(database_url: str) -> None:
    def asking(_: Request) -> Response:
        with reading():
            while True:
                rows("SELECT pg_sleep(0.01) IS NULL")

    assert TestClient(application(asking, seconds=0.2)).get("/").status_code == 503


@pytest.mark.parametrize("by", ["session", "token"])
def test_a_listener_does_not_wait_behind_others_at_the_same_address(database_url: str, by: str) -> None:
    alice = seed.account("alice")
    let_go, held = threading.Event(), threading.Semaphore(0)

    def handler(request: Request) -> Response:
        who = visitor(request)
        if who.account_id is None:
            held.release()
            assert let_go.wait(60)
        return Response(who.via)

    headers = with_token(alice) if by == "token" else {"Cookie": f"session={signed_in(alice)['session']}"}
    with TestClient(application(handler, threads=8)) as client:
        others = [threading.Thread(target=client.get, args=("/",)) for _ in range(20)]
        for other in others:
            other.start()
        assert held.acquire(timeout=120)
        assert [client.get("/", headers=headers).text for _ in range(3)] == [by] * 3
        let_go.set()
        for other in others:
            other.join(60)


@pytest.mark.parametrize("by", ["session", "token"])
def test_a_listener_does_not_wait_behind_forged_cookies_from_the_same_address(database_url: str, by: str) -> None:
    """Requests with forged cookies share the turns of their address, and an unknown visitor is looked up first."""
    alice = seed.account("alice")
    headers = with_token(alice) if by == "token" else {"Cookie": f"session={signed_in(alice)['session']}"}
    let_go, held = threading.Event(), threading.Semaphore(0)

    def handler(request: Request) -> Response:
        who = visitor(request)
        if who.account_id is None:
            held.release()
            assert let_go.wait(60)
        return Response(who.via)

    def flood(number: int) -> None:
        made_up = f"session_{alice}_" + f"{number:03}".ljust(LENGTH, "x")
        client.get("/", headers={"Cookie": f"session={made_up}"} if number % 2 else {})

    with TestClient(application(handler, threads=8)) as client:
        others = [threading.Thread(target=flood, args=(number,)) for number in range(2 * (MOST_EACH + 6))]
        for other in others:
            other.start()
        for _ in range(2):
            assert held.acquire(timeout=120)
        assert [client.get("/", headers=headers).text for _ in range(3)] == [by] * 3
        assert not held.acquire(timeout=0.2)  # forged and anonymous requests have their fair share of eight threads
        let_go.set()
        for other in others:
            other.join(60)


def test_a_request_that_changes_something_is_not_stopped_half_way(database_url: str) -> None:
    begun, done = threading.Event(), threading.Event()

    def changing(_: Request) -> Response:
        with reading():
            begun.set()
            rows("SELECT pg_sleep(0.3) IS NULL")
            rows("SELECT 1")
        done.set()
        return Response()

    async def ask() -> None:
        client, workers = Client("/", A), ThreadPool(1, question_seconds=0.1)
        answer = asyncio.create_task(workers.answer(changing, client.request))
        await asyncio.to_thread(begun.wait, 30)
        client.hang_up()
        assert (await answer).status_code == 499
        assert await asyncio.to_thread(done.wait, 30)

    asyncio.run(ask())


def test_a_request_gives_up_if_no_thread_gets_free(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(web.server.thread_pool, "MOST_WAIT", 0.1)

    async def ask() -> None:
        workers, held = ThreadPool(1), Held()
        slow = of_a(workers, held, 1)
        await asyncio.sleep(0)
        with pytest.raises(Problem) as refusal:
            await workers.answer(held, Client("b", B).request)
        assert (refusal.value.status, refusal.value.headers) == (503, {"Retry-After": "5"})
        assert refusal.value.detail == "No thread was free for 0.1 seconds: try again in a few seconds."
        held.let_go.set()
        await asyncio.gather(*slow)
        assert held.began == ["a0"]

    asyncio.run(asyncio.wait_for(ask(), 50))


def test_a_request_gives_up_on_a_database_that_neither_answers_nor_stops(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(web.server.thread_pool, "MORE_SECONDS", 0.1)

    async def ask() -> None:
        workers, held = ThreadPool(1, question_seconds=0.1), Held()
        with pytest.raises(Problem) as refusal:
            await workers.answer(held, Client("a", A).request, stops=True)
        assert (refusal.value.status, refusal.value.headers) == (503, {"Retry-After": "5"})
        assert refusal.value.detail == "The database has not answered for 0.1 seconds: try again in a minute."
        held.let_go.set()
        assert (await workers.answer(held, Client("b", B).request)).status_code == 200

    asyncio.run(asyncio.wait_for(ask(), 50))
