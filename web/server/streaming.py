"""Answers too long for memory: each piece is made in a thread of the pool, in turn with other requests.

Between two pieces a stream has no thread and no connection to the database, however slowly its client reads. It ends
when the client hangs up. A piece that fails because the service is busy or the database is away is tried again; if
that does not help, the connection is cut, so that nobody mistakes a part for the whole.
"""

import asyncio
import logging
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from contextlib import contextmanager

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.types import Receive, Scope, Send

from db.engine.cancellation import QuestionStopped
from db.engine.connection import DatabaseUnreachable
from web.http.errors import Problem
from web.languages.sentences import Sentence

Piece = Callable[[Request], bytes]  # empty at the end; after a failure it makes the same piece again
Run = Callable[[Callable[[Request], Response]], Awaitable[Response]]  # a handler, in a thread of the pool
WAITS = (1.0, 2.0, 4.0, 8.0)  # seconds before a piece is tried again
UNAVAILABLE = 503
ALL_STREAM = Sentence("As many downloads are running as this service allows: try again when some are done.")
log = logging.getLogger("insight.web")


class StreamCut(Exception):
    """No more pieces can be made; the sentence says why."""


class Stream(StreamingResponse):
    """200 with the pieces that `piece` makes, once `begin` has said in which thread."""

    def __init__(self, piece: Piece, headers: Mapping[str, str], media_type: str) -> None:
        super().__init__(self._pieces(), 200, headers, media_type)
        self._piece = piece
        self._run: Run | None = None

    def begin(self, run: Run) -> None:
        self._run = run

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["method"] == "HEAD":
            self.body_iterator = _nothing()
        try:
            await super().__call__(scope, receive, send)
        except StreamCut as error:
            log.warning("A download was cut: %s", error)  # the server sees that the answer is not complete

    async def _pieces(self) -> AsyncIterator[bytes]:
        while piece := await self._next():
            yield piece

    async def _next(self) -> bytes:
        for seconds in WAITS:
            try:
                return await self._made()
            except (QuestionStopped, DatabaseUnreachable, Problem) as error:
                _check_passes(error)
            await asyncio.sleep(seconds)
        try:
            return await self._made()
        except (QuestionStopped, DatabaseUnreachable, Problem) as error:
            raise StreamCut(str(error)) from error

    async def _made(self) -> bytes:
        if self._run is None:
            raise RuntimeError("begin() was not called")
        response = await self._run(lambda request: Response(self._piece(request)))
        return bytes(response.body)


def _check_passes(error: Exception) -> None:
    """Raises StreamCut if trying again does not help: the reader has lost access."""
    if isinstance(error, Problem) and error.status != UNAVAILABLE:
        raise StreamCut(error.detail) from error


async def _nothing() -> AsyncIterator[bytes]:
    for piece in list[bytes]():
        yield piece


class OpenStreams:
    """Allows `most` streams at once, and `most_each` of one visitor; used from the event loop's thread only."""

    def __init__(self, most: int, most_each: int) -> None:
        self._most, self._most_each = most, most_each
        self._open: Counter[str] = Counter()

    @contextmanager
    def one_more(self, caller: str) -> Iterator[None]:
        """Raises Problem 503 if that would be one too many."""
        if self._open[caller] >= self._most_each:
            sentence = Sentence(
                "%(most)s downloads of yours are running already: try again when one is done.", most=self._most_each
            )
            raise Problem(UNAVAILABLE, sentence, headers={"Retry-After": "60"})
        if self._open.total() >= self._most:
            raise Problem(UNAVAILABLE, ALL_STREAM, headers={"Retry-After": "60"})
        self._open[caller] += 1
        try:
            yield
        finally:
            self._open[caller] -= 1
            self._open += Counter()  # drops those that have none
