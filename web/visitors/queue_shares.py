"""Whose share of the thread pool a request takes, decided before it is queued.

It is the account of a valid token or session, so that listeners do not wait behind others at the same address (a
router, a proxy that is not in TRUSTED_PROXIES). All other requests share by address, whatever they present. This grants
no access: visitor.py decides that for every request.
"""

from collections.abc import Callable
from hashlib import blake2b
from threading import Lock

from starlette.requests import Request
from starlette.responses import Response

from web.http.errors import Problem
from web.http.rate_limits import address_of
from web.visitors.token_lookups import TokenLookups
from web.visitors.visitor import CACHED, Visitor, account_behind

Handler = Callable[[Request], Response]
MOST = 4096  # cached tokens and sessions
INVALID = 401  # the token or session is not valid, or no longer


class CallerCache:
    """Caches tokens and sessions, by hash, that were valid when last presented; others are looked up."""

    def __init__(self) -> None:
        self._accounts: dict[bytes, int] = {}  # least recently used first
        self._lock = Lock()
        self._lookups = TokenLookups(account_behind)

    async def caller(self, request: Request, presented: str | None) -> str:
        """The key for web/server/fair_queue.py of a visitor who presents this `credential`. Raises Problem 503."""
        if presented is None:
            return address_of(request)
        account_id = self._accounts.get(_hash(presented))
        if account_id is None:
            account_id = await self._lookups.account(request)
        return address_of(request) if account_id is None else f"account {account_id}"

    def noting(self, handler: Handler, presented: str) -> Handler:
        """The same handler, which also caches what it finds out about the visitor who presents this."""

        def answer(request: Request) -> Response:
            try:
                return handler(request)
            except Problem as problem:
                if problem.status == INVALID:
                    self._forget(presented)
                raise
            finally:
                self._note(request, presented)

        return answer

    def _note(self, request: Request, presented: str) -> None:
        who: Visitor | None = request.scope.get(CACHED)
        if who is None:
            return
        with self._lock:
            self._accounts.pop(_hash(presented), None)
            if who.account_id is not None:
                self._accounts[_hash(presented)] = who.account_id
            if len(self._accounts) > MOST:
                del self._accounts[next(iter(self._accounts))]

    def _forget(self, presented: str) -> None:
        with self._lock:
            self._accounts.pop(_hash(presented), None)


def _hash(presented: str) -> bytes:
    return blake2b(presented.encode("utf-8", "surrogateescape"), digest_size=16).digest()
