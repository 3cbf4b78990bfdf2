"""How often something may be tried in a minute, by address, before it is refused for a while.

Counted in memory: each process counts for itself, and forgets when it ends.
"""

import math
import time
from collections.abc import Mapping
from functools import lru_cache
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

from limits import RateLimitItem, RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter
from starlette.requests import Request

from web.errors import Problem

NETWORK = 64  # bits of an IPv6 address that name a customer: within them one machine has as many addresses as it likes
KNOWN = 1024  # addresses that are not parsed again
A_MINUTE: Mapping[str, int] = {
    "sign_in": 20,  # begun or finished
    "token": 30,  # that were not good; those that are good are not counted  # nosec B105
    "question": 60,  # of those that cost most
}
ITEMS: Mapping[str, RateLimitItem] = {
    kind: RateLimitItemPerMinute(most, namespace=kind) for kind, most in A_MINUTE.items()
}


class Limits:
    """What was tried within the last minute."""

    def __init__(self) -> None:
        self._counts = MovingWindowRateLimiter(MemoryStorage())

    def count(self, kind: str, who: str) -> None:
        """Count one more. Raises Problem 429 instead when that would be one too many."""
        item = ITEMS[kind]
        if not self._counts.hit(item, who):
            raise self._refusal(item, who)

    def _refusal(self, item: RateLimitItem, who: str) -> Problem:
        seconds = max(1, math.ceil(self._counts.get_window_stats(item, who).reset_time - time.time()))
        return Problem(
            429,
            f"This was tried {item.amount} times within a minute: try again in {seconds} s.",
            headers={"Retry-After": str(seconds)},
        )


def limited(request: Request, kind: str, who: str | None = None) -> None:
    """Count that `kind` ("sign_in", "question") is tried by `who`, unless said the address that asks.

    Of "token" only failures count, by `failed`, once it is seen that it is not good: somebody else's failures at the
    same address lock no good token out. Raises Problem 429 with Retry-After.
    """
    limits: Limits = request.app.state.limits
    limits.count(kind, who or address_of(request))


def failed(request: Request, kind: str) -> None:
    """Count that what the address presented was not good. Raises Problem 429 when that was too often."""
    limits: Limits = request.app.state.limits
    limits.count(kind, address_of(request))


def address_of(request: Request) -> str:
    """Who asks, as far as an address tells: all of a customer's IPv6 addresses are one."""
    return customer(request.client.host if request.client else "")


@lru_cache(KNOWN)
def customer(host: str) -> str:
    """The same of the other end of a connection."""
    try:
        address = ip_address(host.partition("%")[0])
    except ValueError:
        return host  # of a socket without addresses
    return str(_customer(address))


def _customer(address: IPv4Address | IPv6Address) -> object:
    if isinstance(address, IPv4Address):
        return address
    return address.ipv4_mapped or ip_network((address, NETWORK), strict=False)
