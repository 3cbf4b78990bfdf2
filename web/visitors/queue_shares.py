"""Whose share of the threads a request takes, decided before it waits for one.

That is the account whose token or session is presented, where that is good, so that its listener does not wait behind
others at the same address (a router, a proxy that is not named in TRUSTED_PROXIES). Everybody else is told apart by
address, whatever is presented there. This is no permission: visitor.py decides who may read what, with every
request.
"""

from hashlib import blake2b
from threading import Lock

from starlette.requests import Request

from web.http.rate_limits import address_of
from web.visitors.token_lookups import TokenLookups
from web.visitors.visitor import Visitor, account_behind, credential

MOST = 4096  # tokens and sessions that are remembered


class CallerCache:
    """Which tokens and sessions were good when they were presented last, by their hashes; the others are looked up."""

    def __init__(self) -> None:
        self._accounts: dict[bytes, int] = {}  # the one used last is the last
        self._lock = Lock()
        self._look_ups = TokenLookups(account_behind)

    async def caller(self, request: Request) -> str:
        """A name for the visitor, as web/server/fair_queue.py tells them apart. Raises Problem 503."""
        presented = credential(request)
        if presented is None:
            return address_of(request)
        account_id = self._accounts.get(_hash(presented))
        if account_id is None:
            account_id = await self._look_ups.account(request)
        return address_of(request) if account_id is None else f"account {account_id}"

    def note(self, request: Request) -> None:
        """Remember what was learnt of the visitor while the request was answered."""
        who: Visitor | None = request.scope.get("insight.visitor")
        presented = credential(request)
        if who is None or presented is None:
            return
        with self._lock:
            self._accounts.pop(_hash(presented), None)
            if who.account_id is not None:
                self._accounts[_hash(presented)] = who.account_id
            if len(self._accounts) > MOST:
                del self._accounts[next(iter(self._accounts))]

    def forget(self, request: Request) -> None:
        """It was refused: what it presents is not good, or not any more."""
        if presented := credential(request):
            with self._lock:
                self._accounts.pop(_hash(presented), None)


def _hash(presented: str) -> bytes:
    return blake2b(presented.encode("utf-8", "surrogateescape"), digest_size=16).digest()
