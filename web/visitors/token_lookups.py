"""Whose token or session a request presents, looked up before the request waits for a thread.

By a few threads of its own, first come, first served: a look-up is one row of an index, and what cannot be a secret of
ours is none. So a good one never waits behind what others at the same address make up.
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
Found = asyncio.Future[int | None]
_Asked = SimpleQueue[tuple[Request, Found] | None]


class TokenLookups:
    """`look_up` returns the account, None where what is presented is not good."""

    def __init__(self, look_up: Callable[[Request], int | None]) -> None:
        self._look_up = look_up
        self._asked: _Asked = SimpleQueue()
        self._waiting_to_start = THREADS
        weakref.finalize(self, _dismiss, self._asked)

    async def account(self, request: Request) -> int | None:
        """Raises Problem 503 where the database does not answer."""
        while self._waiting_to_start:
            self._waiting_to_start -= 1
            threading.Thread(target=_work, args=(self._asked, self._look_up), name="look-ups", daemon=True).start()
        found: Found = asyncio.get_running_loop().create_future()
        self._asked.put((request, found))
        try:
            return await asyncio.wait_for(found, MOST_WAIT)
        except TimeoutError as error:
            sentence = f"The database has not answered for {MOST_WAIT:g} seconds: try again in a minute."
            raise Problem(503, sentence, headers=LATER) from error


def _work(asked: _Asked, look_up: Callable[[Request], int | None]) -> None:
    while (one := asked.get()) is not None:
        request, found = one
        account_id: int | None = None
        if not found.done():  # else nobody waits any more
            with suppress(Exception):  # whatever is wrong, the handler meets it too, and answers
                account_id = look_up(request)
        with suppress(RuntimeError):  # the loop was closed meanwhile
            found.get_loop().call_soon_threadsafe(_tell, found, account_id)
        del one, request, found


def _tell(found: Found, account_id: int | None) -> None:
    if not found.done():
        found.set_result(account_id)


def _dismiss(asked: _Asked) -> None:
    for _ in range(THREADS):
        asked.put(None)
