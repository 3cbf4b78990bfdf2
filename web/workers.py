"""The threads in which handlers wait for the database.

Starlette would hand each request to AnyIO's threads, which does more than is needed here (contexts, scopes of
cancellation, a limit with its own queue) and costs as much as the rest of a small answer.
"""

import asyncio
import threading
import weakref
from collections.abc import Callable
from contextlib import suppress
from queue import SimpleQueue
from typing import NamedTuple

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

Handler = Callable[[Request], Response]


class _Job(NamedTuple):
    handler: Handler
    request: Request
    answer: "asyncio.Future[Response]"


_Jobs = SimpleQueue[_Job | None]


class Workers:
    """At most `threads` handlers at once; further requests wait, and are served in the order in which they came."""

    def __init__(self, threads: int) -> None:
        self._jobs: _Jobs = SimpleQueue()
        self._waiting_to_start = threads
        weakref.finalize(self, _dismiss, self._jobs, threads)

    async def answer(self, handler: Handler, request: Request) -> Response:
        """What `handler` returns. Raises what it raises."""
        self._start()
        answer: asyncio.Future[Response] = asyncio.get_running_loop().create_future()
        self._jobs.put(_Job(handler, request, answer))
        return await answer

    def _start(self) -> None:
        while self._waiting_to_start:
            self._waiting_to_start -= 1
            threading.Thread(target=_work, args=(self._jobs,), name="handlers", daemon=True).start()


class Endpoint:
    """A handler as Starlette's routes take it, answered by `workers`."""

    def __init__(self, handler: Handler, workers: Workers) -> None:
        self._handler, self._workers = handler, workers

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        response = await self._workers.answer(self._handler, Request(scope, receive))
        await response(scope, receive, send)


def _work(jobs: _Jobs) -> None:
    while (job := jobs.get()) is not None:
        _do(job)
        del job  # a request that is answered must not live on in a thread that has nothing to do


def _do(job: _Job) -> None:
    response: Response | None = None
    error: BaseException | None = None
    try:
        response = job.handler(job.request)
    except BaseException as caught:  # noqa: BLE001 - it is raised again where the answer is awaited
        error = caught
    with suppress(RuntimeError):  # the loop was closed meanwhile: nobody waits any more
        job.answer.get_loop().call_soon_threadsafe(_tell, job.answer, response, error)


def _tell(answer: "asyncio.Future[Response]", response: Response | None, error: BaseException | None) -> None:
    if answer.done():  # nobody waits any more: the server is ending
        return
    if response is not None:
        answer.set_result(response)
    elif error is None or isinstance(error, StopIteration):  # which a future does not take
        answer.set_exception(RuntimeError(f"A handler ended with {error!r} instead of an answer."))
    else:
        answer.set_exception(error)


def _dismiss(jobs: _Jobs, threads: int) -> None:
    for _ in range(threads):
        jobs.put(None)
