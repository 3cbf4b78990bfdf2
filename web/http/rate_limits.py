"""How often something may be tried in a minute, by address, before it is refused for a while.

All processes count together, in the database. What is refused until a moment is remembered here until then, so that
whoever goes on trying costs the database nothing.
"""

import math
import time
from collections.abc import Mapping
from functools import lru_cache
from hashlib import blake2b
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

from starlette.requests import Request

from db.engine.connection import DatabaseUnreachable
from db.people.recent_attempts import count_attempt, forget_old_attempts
from insights.answers.reading import reading
from web.http.errors import Problem

NETWORK = 64  # bits of an IPv6 address that name a customer: within them one machine has as many addresses as it likes
KNOWN = 1024  # addresses that are not parsed again
A_MINUTE: Mapping[str, int] = {
    "sign_in": 20,  # begun or finished
    "token": 30,  # that were not good; those that are good are not counted  # nosec B105
    "question": 60,  # of those that cost most
}
MOST_REFUSED = 10_000  # that are remembered
TIDY_SECONDS = 60.0


class Limits:
    """What may be tried. A refusal ends when the oldest try of the last minute is a minute old, and never earlier."""

    def __init__(self) -> None:
        self._refused: dict[bytes, float] = {}  # until when, by time.monotonic()
        self._tidied_at = time.monotonic()

    def count(self, kind: str, who: str) -> None:
        """Count one more. Raises Problem 429 instead when that would be one too many."""
        key = blake2b(f"{kind} {who}".encode(), digest_size=16).digest()  # nobody's address is stored
        until = self._refused.get(key, 0.0)
        if time.monotonic() >= until:
            until = self._counted_or_refused(key, A_MINUTE[kind])
        if until:
            raise _refusal(A_MINUTE[kind], until - time.monotonic())

    def _counted_or_refused(self, key: bytes, most: int) -> float:
        """0 where it is counted, or until when it is refused.

        Without a database nothing is counted: all that is limited needs it, so it comes to nothing by itself.
        """
        try:
            with reading():
                self._tidy()
                seconds = count_attempt(key, most)
        except DatabaseUnreachable:
            return 0.0
        if seconds is None:
            return 0.0
        self._refused[key] = time.monotonic() + seconds
        return self._refused[key]

    def _tidy(self) -> None:
        now = time.monotonic()
        if now - self._tidied_at > TIDY_SECONDS:
            self._tidied_at = now
            forget_old_attempts()
        if len(self._refused) > MOST_REFUSED:  # the database knows them all
            self._refused.clear()


def _refusal(most: int, left: float) -> Problem:
    seconds = max(1, math.ceil(left))
    return Problem(
        429,
        f"This was tried {most} times within a minute: try again in {seconds} s.",
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
