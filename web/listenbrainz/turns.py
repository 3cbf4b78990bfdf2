"""Large bodies from one account are read one after another: many at once would take the memory that others need."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from weakref import WeakValueDictionary

from starlette.requests import Request

from web.http.errors import LATER, Problem

LARGE = 256 * 1024  # bytes
SECONDS = 20.0  # that a body waits for its turn
STILL_READING = "Another large request of yours is still being read: try again when it is answered."


class Turns:
    """One turn at a time for each account. A small body needs none, so that no play waits for an import."""

    def __init__(self, seconds: float = SECONDS) -> None:
        self._seconds = seconds
        self._locks: WeakValueDictionary[int, asyncio.Lock] = WeakValueDictionary()

    @asynccontextmanager
    async def turn(self, request: Request, account_id: int | None) -> AsyncIterator[None]:
        """Raises Problem 503."""
        if account_id is None or not _is_large(request):
            yield
            return
        lock = self._locks.setdefault(account_id, asyncio.Lock())
        await self._acquire(lock)
        try:
            yield
        finally:
            lock.release()

    async def _acquire(self, lock: asyncio.Lock) -> None:
        try:
            async with asyncio.timeout(self._seconds):
                await lock.acquire()
        except TimeoutError as error:
            raise Problem(503, STILL_READING, headers={**LATER, "Connection": "close"}) from error


def _is_large(request: Request) -> bool:
    """Whether the body is large, or the request does not say how large it is."""
    length = request.headers.get("content-length", "")
    return not (length.isascii() and length.isdigit()) or int(length) > LARGE
