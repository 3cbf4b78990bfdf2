"""The threads in which handlers wait for the database.

Starlette would hand each request to AnyIO's threads, which does more than is needed here (contexts, scopes of
cancellation, a limit with its own queue) and costs as much as the rest of a small answer.
"""

import asyncio
import threading
import time
import weakref
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from queue import SimpleQueue

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from db.engine.cancellation import Cancellation, stoppable
from web.http.errors import LATER, Problem
from web.server.compression import compressed
from web.server.fair_queue import FairQueue
from web.visitors.queue_shares import CallerCache

Handler = Callable[[Request], Response]
QUESTION_SECONDS = 20.0  # that a question may take
MOST_WAIT = 15.0  # seconds; who has waited longer for a thread is told to come again
MORE_SECONDS = 3.0  # in which the database should have stopped what took too long; after that nobody waits for it
LOOK_AFTER = 0.05  # seconds after which we look whether the visitor is still there: most answers come sooner
A_SECOND = 1.0
NOT_GOOD = 401  # what is presented
GONE = 499  # for the log, as nginx writes it: nobody is there to read it


class Job:
    """A request for a handler. `cancellation` is None where its work is not to be stopped half way."""

    def __init__(
        self, handler: Handler, request: Request, caller: str, callers: CallerCache, cancellation: Cancellation | None
    ) -> None:
        self.handler, self.request, self.cancellation = handler, request, cancellation
        self.caller, self._callers = caller, callers
        self.answer: asyncio.Future[Response] = asyncio.get_running_loop().create_future()
        self.since = time.monotonic()
        self.begun: float | None = None

    def seconds_left(self) -> float:
        """For which somebody waits for it; negative when that is over."""
        if self.begun is None:
            return self.since + MOST_WAIT - time.monotonic()
        if self.cancellation is None:
            return float("inf")
        return self.begun + self.cancellation.seconds + MORE_SECONDS - time.monotonic()

    def refusal(self) -> Problem:
        """Why nobody waits for it any more."""
        if self.begun is None or self.cancellation is None:
            sentence = f"No thread was free for {MOST_WAIT:g} seconds: try again in a few seconds."
        else:
            sentence = (
                f"The database has not answered for {self.cancellation.seconds:g} seconds: try again in a minute."
            )
        return Problem(503, sentence, headers=LATER)

    def do(self) -> Response:
        if self.seconds_left() < 0:
            raise self.refusal()
        self.begun = time.monotonic()
        try:
            with stoppable(self.cancellation):
                return compressed(self.request, self.handler(self.request))
        except Problem as problem:
            if problem.status == NOT_GOOD:
                self._callers.forget(self.request)
            raise
        finally:
            self._callers.note(self.request)


_Jobs = SimpleQueue[Job | None]


class ThreadPool:
    """At most `threads` handlers at once; further requests wait until their visitor's turn (web/server/fair_queue.py).

    A request whose client has gone is not begun, and a question that was begun for one is stopped; so is one that
    takes longer than `question_seconds`.
    """

    def __init__(self, threads: int, question_seconds: float = QUESTION_SECONDS) -> None:
        self._jobs: _Jobs = SimpleQueue()
        self._turns: FairQueue[Job] = FairQueue(threads, self._jobs.put)
        self._callers = CallerCache()
        self._question_seconds = question_seconds
        self._waiting_to_start = threads
        weakref.finalize(self, _dismiss, self._jobs, threads)

    async def answer(self, handler: Handler, request: Request, *, stops: bool = False) -> Response:
        """What `handler` returns. Raises what it raises, and Problem 503 where too many wait.

        `stops`: it only asks, so that it may be stopped at any point.
        """
        self._start()
        cancellation = Cancellation(self._question_seconds) if stops else None
        job = Job(handler, request, await self._callers.caller(request), self._callers, cancellation)
        self._turns.add(job)
        watch = asyncio.get_running_loop().call_later(LOOK_AFTER, self._watch, job)
        try:
            return await job.answer
        except asyncio.CancelledError:
            self._turns.leave(job)
            raise
        finally:
            watch.cancel()

    def _watch(self, job: Job) -> None:
        for watching in (self._leave_when_gone(job), self._leave_in_time(job)):
            task = asyncio.get_running_loop().create_task(watching)
            job.answer.add_done_callback(partial(_cancel, task))

    async def _leave_in_time(self, job: Job) -> None:
        """Also while the database answers nobody, so that no thread gets free: what has begun goes on without us."""
        while (left := job.seconds_left()) > 0 or (job.begun is None and not self._turns.leave(job)):
            await asyncio.sleep(min(max(left, LOOK_AFTER), A_SECOND))
        if not job.answer.done():
            job.answer.set_exception(job.refusal())

    async def _leave_when_gone(self, job: Job) -> None:
        while (await job.request.receive())["type"] != "http.disconnect":
            pass  # a body that nobody reads
        if not self._turns.leave(job) and job.cancellation is not None:
            # It waits for the server, so not here; there are never more of these than workers.
            threading.Thread(target=job.cancellation.cancel, name="cancel", daemon=True).start()
        if not job.answer.done():
            job.answer.set_result(Response(status_code=GONE))

    def _start(self) -> None:
        while self._waiting_to_start:
            self._waiting_to_start -= 1
            threading.Thread(target=_work, args=(self._jobs, self._turns), name="handlers", daemon=True).start()


class Endpoint:
    """A handler as Starlette's routes take it, answered by `workers`; `stops`: it changes nothing of importance."""

    def __init__(self, handler: Handler, workers: ThreadPool, *, stops: bool = True) -> None:
        self._handler, self._workers, self._stops = handler, workers, stops

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        response = await self._workers.answer(self._handler, Request(scope, receive), stops=self._stops)
        await response(scope, receive, send)


def _work(jobs: _Jobs, turns: FairQueue[Job]) -> None:
    while (job := jobs.get()) is not None:
        _do(job)
        turns.end(job)
        del job  # a request that is answered must not live on in a thread that has nothing to do


def _do(job: Job) -> None:
    response: Response | None = None
    error: BaseException | None = None
    try:
        response = job.do()
    except BaseException as caught:  # noqa: BLE001 - it is raised again where the answer is awaited
        error = caught
    with suppress(RuntimeError):  # the loop was closed meanwhile: nobody waits any more
        job.answer.get_loop().call_soon_threadsafe(_tell, job.answer, response, error)


def _tell(answer: "asyncio.Future[Response]", response: Response | None, error: BaseException | None) -> None:
    if answer.done():  # nobody waits any more: the client has gone, or the server is ending
        return
    if response is not None:
        answer.set_result(response)
    elif error is None or isinstance(error, StopIteration):  # which a future does not take
        answer.set_exception(RuntimeError(f"A handler ended with {error!r} instead of an answer."))
    else:
        answer.set_exception(error)


def _cancel(task: "asyncio.Task[None]", _: "asyncio.Future[Response]") -> None:
    task.cancel()


def _dismiss(jobs: _Jobs, threads: int) -> None:
    for _ in range(threads):
        jobs.put(None)
