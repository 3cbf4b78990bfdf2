"""Look up whose token or session a request presents, before the request is queued for the thread pool.

A few separate threads do so, first come, first served: a look-up reads one row by an index, and text that cannot be one
of our secrets needs none. So a valid token never waits long behind tokens that others at the same address make up.
"""

import asyncio
import threading
import weakref
from collections.abc import Callable
from contextlib import suppress
from queue import SimpleQueue

from starlette.requests import Request

from web.http.errors import LATER, Problem

THREADS = 2
MOST_WAIT = 15.0  # seconds
Result = asyncio.Future[int | None]
_Requests = SimpleQueue[tuple[Request, Result] | None]


class TokenLookups:
    """`look_up` returns the account, or None for an invalid token or session."""

    def __init__(self, look_up: Callable[[Request], int | None]) -> None:
        self._look_up = look_up
        self._requests: _Requests = SimpleQueue()
        self._waiting_to_start = THREADS
        weakref.finalize(self, _dismiss, self._requests)

    async def account(self, request: Request) -> int | None:
        """Raises Problem 503 if the database does not answer."""
        while self._waiting_to_start:
            self._waiting_to_start -= 1
            threading.Thread(target=_work, args=(self._requests, self._look_up), name="look-ups", daemon=True).start()
        result: Result = asyncio.get_running_loop().create_future()
        self._requests.put((request, result))
        try:
            return await asyncio.wait_for(result, MOST_WAIT)
        except TimeoutError as error:
            sentence = f"The database has not answered for {MOST_WAIT:g} seconds: try again in a minute."
            raise Problem(503, sentence, headers=LATER) from error


def _work(requests: _Requests, look_up: Callable[[Request], int | None]) -> None:
    while (next_one := requests.get()) is not None:
        request, result = next_one
        account_id: int | None = None
        if not result.done():  # the client may have gone
            with suppress(Exception):  # the handler meets the same error, and answers
                account_id = look_up(request)
        with suppress(RuntimeError):  # the loop was closed meanwhile
            result.get_loop().call_soon_threadsafe(_resolve, result, account_id)
        del next_one, request, result


def _resolve(result: Result, account_id: int | None) -> None:
    if not result.done():
        result.set_result(account_id)


def _dismiss(requests: _Requests) -> None:
    for _ in range(THREADS):
        requests.put(None)
