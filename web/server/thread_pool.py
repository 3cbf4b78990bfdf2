"""The thread pool in which handlers wait for the database.

Starlette would use AnyIO's threads, which do more than is needed here (contexts, cancel scopes, a limiter with its own
queue) and take as much time as the rest of a small answer.
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
from web.languages.choosing import language_of
from web.languages.current import speaking
from web.languages.sentences import Sentence
from web.server.compression import compressed
from web.server.fair_queue import FairQueue, share_of
from web.server.streaming import OpenStreams, Stream
from web.visitors.credentials import credential
from web.visitors.queue_shares import CallerCache

Handler = Callable[[Request], Response]
QUESTION_SECONDS = 20.0  # the time limit of a question
MOST_WAIT = 15.0  # seconds in the queue, after which a request is refused
MORE_SECONDS = 3.0  # for the database to cancel a question that took too long; then the request is refused anyway
WATCH_AFTER = 0.05  # seconds after which we check that the client is still there: most answers are faster
A_SECOND = 1.0
GONE = 499  # in the log, as in nginx's: the client has closed the connection


class Job:
    """A request and its handler. `cancellation` is None if the handler must not be stopped halfway."""

    def __init__(self, handler: Handler, request: Request, caller: str, cancellation: Cancellation | None) -> None:
        self.handler, self.request, self.caller, self.cancellation = handler, request, caller, cancellation
        self.answer: asyncio.Future[Response] = asyncio.get_running_loop().create_future()
        self.since = time.monotonic()
        self.begun: float | None = None

    def seconds_left(self) -> float:
        """The seconds until the request is refused; negative if it is."""
        if self.begun is None:
            return self.since + MOST_WAIT - time.monotonic()
        if self.cancellation is None:
            return float("inf")
        return self.begun + self.cancellation.seconds + MORE_SECONDS - time.monotonic()

    def refusal(self) -> Problem:
        """Why the request is refused when its time is over."""
        if self.begun is None or self.cancellation is None:
            sentence = Sentence(
                "No thread was free for %(seconds)s seconds: try again in a few seconds.",
                seconds=format(MOST_WAIT, "g"),
            )
        else:
            sentence = Sentence(
                "The database has not answered for %(seconds)s seconds: try again in a minute.",
                seconds=format(self.cancellation.seconds, "g"),
            )
        return Problem(503, sentence, headers=LATER)

    def do(self) -> Response:
        if self.seconds_left() < 0:
            raise self.refusal()
        self.begun = time.monotonic()
        with stoppable(self.cancellation), speaking(language_of(self.request)):
            return compressed(self.request, self.handler(self.request))


_Jobs = SimpleQueue[Job | None]


class ThreadPool:
    """Runs at most `threads` handlers at once; other requests wait in the fair queue (web/server/fair_queue.py).

    A request whose client has left is not begun; a question that has begun for one is cancelled, and so is a question
    that takes longer than `question_seconds`.
    """

    def __init__(self, threads: int, question_seconds: float = QUESTION_SECONDS) -> None:
        self._jobs: _Jobs = SimpleQueue()
        self._queue: FairQueue[Job] = FairQueue(threads, self._jobs.put)
        self._callers = CallerCache()
        self._streams = OpenStreams(threads, share_of(threads))
        self._question_seconds = question_seconds
        self._waiting_to_start = threads
        weakref.finalize(self, _dismiss, self._jobs, threads)

    async def answer(self, handler: Handler, request: Request, *, stops: bool = False) -> Response:
        """The response of `handler`. Raises what it raises, and Problem 503 if too many wait.

        `stops`: it only reads, so it can be cancelled at any point.
        """
        self._start()
        presented = credential(request)
        if presented is not None:
            handler = self._callers.noting(handler, presented)
        cancellation = Cancellation(self._question_seconds) if stops else None
        job = Job(handler, request, await self._callers.caller(request, presented), cancellation)
        self._queue.add(job)
        watch = asyncio.get_running_loop().call_later(WATCH_AFTER, self._watch, job)
        try:
            return await job.answer
        except asyncio.CancelledError:
            self._queue.leave(job)
            raise
        finally:
            watch.cancel()

    async def stream(self, stream: Stream, request: Request, send: Send) -> None:
        """Send an answer piece by piece. Raises Problem 503, before anything is sent, if too many are being sent."""
        with self._streams.one_more(await self._callers.caller(request, credential(request))):
            stream.begin(lambda handler: self.answer(handler, request, stops=True))
            await stream(request.scope, request.receive, send)

    def _watch(self, job: Job) -> None:
        for watching in (self._leave_when_gone(job), self._leave_in_time(job)):
            task = asyncio.get_running_loop().create_task(watching)
            job.answer.add_done_callback(partial(_cancel, task))

    async def _leave_in_time(self, job: Job) -> None:
        """Refuse the request when its time is over, even if its handler is still running or no thread is free."""
        while (left := job.seconds_left()) > 0 or (job.begun is None and not self._queue.leave(job)):
            await asyncio.sleep(min(max(left, WATCH_AFTER), A_SECOND))
        if not job.answer.done():
            job.answer.set_exception(job.refusal())

    async def _leave_when_gone(self, job: Job) -> None:
        while (await job.request.receive())["type"] != "http.disconnect":
            pass  # the body, which no handler reads
        if not self._queue.leave(job) and job.cancellation is not None:
            # Cancelling waits for the server, so it gets a thread; there are never more of these than handlers.
            threading.Thread(target=job.cancellation.cancel, name="cancel", daemon=True).start()
        if not job.answer.done():
            job.answer.set_result(Response(status_code=GONE))

    def _start(self) -> None:
        while self._waiting_to_start:
            self._waiting_to_start -= 1
            threading.Thread(target=_work, args=(self._jobs, self._queue), name="handlers", daemon=True).start()


class Endpoint:
    """A handler as an ASGI application for Starlette's routes; `stops`: it can be cancelled at any point."""

    def __init__(self, handler: Handler, pool: ThreadPool, *, stops: bool = True) -> None:
        self._handler, self._pool, self._stops = handler, pool, stops

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        response = await self._pool.answer(self._handler, request, stops=self._stops)
        if isinstance(response, Stream):
            await self._pool.stream(response, request, send)
        else:
            await response(scope, receive, send)


def _work(jobs: _Jobs, queue: FairQueue[Job]) -> None:
    while (job := jobs.get()) is not None:
        while job is not None:
            _do(job)
            job = queue.end(job)  # an idle thread keeps no answered request alive


def _do(job: Job) -> None:
    response: Response | None = None
    error: BaseException | None = None
    try:
        response = job.do()
    except BaseException as caught:  # noqa: BLE001 - it is raised again where the answer is awaited
        error = caught
    with suppress(RuntimeError):  # the loop was closed meanwhile
        job.answer.get_loop().call_soon_threadsafe(_resolve, job.answer, response, error)


def _resolve(answer: "asyncio.Future[Response]", response: Response | None, error: BaseException | None) -> None:
    if answer.done():  # the client has gone, or the server is shutting down
        return
    if response is not None:
        answer.set_result(response)
    elif error is None or isinstance(error, StopIteration):  # which a future does not accept
        answer.set_exception(RuntimeError(f"A handler ended with {error!r} instead of an answer."))
    else:
        answer.set_exception(error)


def _cancel(task: "asyncio.Task[None]", _: "asyncio.Future[Response]") -> None:
    task.cancel()


def _dismiss(jobs: _Jobs, threads: int) -> None:
    for _ in range(threads):
        jobs.put(None)
