"""Handlers run in a limited number of threads, and their faults are answered."""

import asyncio
import gc
import threading
import time

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.testclient import TestClient
from starlette.types import Message

from tests.web.contract import problem
from web.http.errors import HANDLERS
from web.server.thread_pool import Endpoint, Handler, ThreadPool


def request_for(path: str, by: str = "192.0.2.7") -> Request:
    """A request of a client that does not hang up."""

    async def receive() -> Message:
        await asyncio.Event().wait()
        raise AssertionError

    scope = {"type": "http", "path": path, "query_string": b"", "headers": [], "client": (by, 4711)}
    return Request(scope, receive)


REQUEST = request_for("/")


def client(handler: Handler) -> TestClient:
    routes = [Route("/", Endpoint(handler, ThreadPool(2)), methods=["GET"])]
    return TestClient(Starlette(routes=routes, exception_handlers=HANDLERS), raise_server_exceptions=False)


def test_a_limited_number_of_requests_run_at_once_and_the_others_wait() -> None:
    began, most, lock = list[str](), list[int](), threading.Lock()
    busy = 0

    def handler(request: Request) -> Response:
        nonlocal busy
        with lock:
            busy += 1
            began.append(request.scope["path"])
            most.append(busy)
        time.sleep(0.02)
        with lock:
            busy -= 1
        return Response(request.scope["path"])

    async def ask() -> list[bytes]:
        workers = ThreadPool(3)
        answers = (workers.answer(handler, request_for(str(turn), by=f"192.0.2.{turn}")) for turn in range(12))
        return [bytes(answer.body) for answer in await asyncio.gather(*answers)]

    assert asyncio.run(ask()) == [str(turn).encode() for turn in range(12)]
    assert max(most) == 3
    assert [int(path) // 3 for path in began] == [turn // 3 for turn in range(12)]


def test_a_handler_runs_in_another_thread_than_the_server() -> None:
    answer = client(lambda _: Response(threading.current_thread().name)).get("/")
    assert (answer.status_code, answer.text) == (200, "handlers")


@pytest.mark.parametrize("error", [RuntimeError("secret"), StopIteration("secret"), KeyError("secret")])
def test_a_fault_in_a_handler_is_answered(error: Exception) -> None:
    def handler(_: Request) -> Response:
        raise error

    answer = client(handler).get("/")
    detail = "This is a fault of the service, not of the request; its log says what happened."
    assert (answer.status_code, answer.json()) == (500, problem(500, "Internal Server Error", detail, "/"))


def test_a_handler_without_an_answer_is_a_fault() -> None:
    assert client(lambda _: None).get("/").status_code == 500  # type: ignore[arg-type, return-value]


def test_a_cancelled_request_does_not_disturb_others() -> None:
    def handler(_: Request) -> Response:
        time.sleep(0.05)
        return Response()

    async def ask() -> int:
        complaints = list[object]()
        asyncio.get_running_loop().set_exception_handler(lambda _, context: complaints.append(context))
        workers = ThreadPool(1)
        given_up = asyncio.create_task(workers.answer(handler, REQUEST))
        await asyncio.sleep(0.01)
        given_up.cancel()
        status = (await workers.answer(handler, REQUEST)).status_code
        assert complaints == []
        return status

    assert asyncio.run(ask()) == 200


def test_the_threads_end_with_the_pool() -> None:
    before = set(threading.enumerate())
    workers = ThreadPool(3)
    asyncio.run(workers.answer(lambda _: Response(), REQUEST))
    started = set(threading.enumerate()) - before
    del workers
    gc.collect()
    for thread in started:
        thread.join(timeout=120)
    assert [thread.is_alive() for thread in started] == [False] * 3
