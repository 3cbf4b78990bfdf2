"""Rate limits: how often a client may do something in a minute, by address or account.

All processes count together, in the database. A refusal is remembered here until it ends, so that clients that go on
trying cost the database nothing. Every answer that counts against a limit says how much of it is left, in the headers
RateLimit-Policy and RateLimit (draft-ietf-httpapi-ratelimit-headers-10).
"""

import math
import time
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from hashlib import blake2b
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

from starlette.requests import Request
from starlette.types import Scope

from db.engine.connection import DatabaseUnreachable
from db.people.recent_attempts import Attempt, count_attempt, forget_old_attempts
from insights.answers.reading import reading
from web.http.errors import Problem
from web.languages.sentences import Sentence

NETWORK = 64  # bits of an IPv6 address that name a customer: within them, a machine can choose any address
KNOWN = 1024  # addresses whose customer is cached
WINDOW = 60  # seconds
A_MINUTE: Mapping[str, int] = {
    "sign_in": 20,  # begun or finished
    "token": 30,  # invalid ones; valid ones are not counted  # nosec B105
    "question": 60,  # expensive ones
    "player": 300,  # requests of other services' clients
}
NAMES: Mapping[str, str] = {
    "sign_in": "sign-in",
    "token": "invalid-token",  # nosec B105
    "question": "expensive-question",
    "player": "player",
}
MOST_REFUSED = 10_000  # refusals that are remembered
USED = "insight.rate_limits"  # in the request's scope: the limits that it counts against
TIDY_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class Quota:
    """What is left of a limit, and the seconds after which there is room for one more."""

    kind: str
    left: int
    seconds: int

    @property
    def policy(self) -> str:
        return f'"{NAMES[self.kind]}";q={A_MINUTE[self.kind]};w={WINDOW}'

    @property
    def state(self) -> str:
        return f'"{NAMES[self.kind]}";r={self.left};t={self.seconds}'


class RateLimits:
    """Counts attempts. A refusal ends when the oldest attempt of the last minute is a minute old, never earlier."""

    def __init__(self) -> None:
        self._refused: dict[bytes, float] = {}  # until when, by time.monotonic()
        self._tidied_at = time.monotonic()

    def count(self, kind: str, who: str) -> Attempt | None:
        """Count one more, unless that would be one too many.

        None without a database, when nothing is counted: everything that is limited needs it, so it fails anyway.
        """
        key = blake2b(f"{kind} {who}".encode(), digest_size=16).digest()  # nobody's address is stored
        left = self._refused.get(key, 0.0) - time.monotonic()
        if left > 0:
            return Attempt(False, 0, left)
        try:
            with reading():
                self._tidy()
                attempt = count_attempt(key, A_MINUTE[kind])
        except DatabaseUnreachable:
            return None
        if not attempt.is_counted:
            self._refused[key] = time.monotonic() + attempt.seconds
        return attempt

    def _tidy(self) -> None:
        now = time.monotonic()
        if now - self._tidied_at > TIDY_SECONDS:
            self._tidied_at = now
            forget_old_attempts()
        if len(self._refused) > MOST_REFUSED:  # the database still knows them
            self._refused.clear()


def limited(request: Request, kind: str, who: str | None = None) -> None:
    """Count that `who` (by default the client's address) does something of this `kind`, such as "sign_in".

    Of "token", only failures count, through `failed`, once a token is known to be invalid: failures of others at the
    same address cannot lock out a valid token. Raises Problem 429 with Retry-After.
    """
    limits: RateLimits = request.app.state.limits
    attempt = limits.count(kind, who or address_of(request))
    if attempt is None:
        return
    seconds = max(1, math.ceil(attempt.seconds))
    request.scope.setdefault(USED, {})[kind] = Quota(kind, attempt.left, seconds)
    if not attempt.is_counted:
        sentence = Sentence(
            "This was tried %(times)s times within a minute: try again in %(seconds)s s.",
            times=A_MINUTE[kind],
            seconds=seconds,
        )
        raise Problem(429, sentence, headers={"Retry-After": str(seconds)})


def failed(request: Request, kind: str) -> None:
    """Count that a client presented something invalid. Raises Problem 429 if it did so too often."""
    limited(request, kind)


def rate_limit_headers(scope: Scope) -> list[tuple[bytes, bytes]]:
    """What is left of the limits that the request counts against, as ASGI takes headers."""
    used: Mapping[str, Quota] = scope.get(USED) or {}
    if not used:
        return []
    policies, states = (quota.policy for quota in used.values()), (quota.state for quota in used.values())
    ours = [(b"ratelimit-policy", ", ".join(policies).encode()), (b"ratelimit", ", ".join(states).encode())]
    return [*ours, *_as_listenbrainz_has_them(used["player"])] if "player" in used else ours


def _as_listenbrainz_has_them(quota: Quota) -> list[tuple[bytes, bytes]]:
    """https://listenbrainz.readthedocs.io/en/latest/users/api/index.html#rate-limiting"""
    return [
        (b"x-ratelimit-limit", b"%d" % A_MINUTE[quota.kind]),
        (b"x-ratelimit-remaining", b"%d" % quota.left),
        (b"x-ratelimit-reset-in", b"%d" % quota.seconds),
    ]


def address_of(request: Request) -> str:
    """The client's address; all IPv6 addresses of a provider's customer count as one."""
    peer = request.scope.get("client")
    return customer(peer[0] if peer else "")


@lru_cache(KNOWN)
def customer(host: str) -> str:
    """The same for the address at the other end of a connection."""
    try:
        address = ip_address(host.partition("%")[0])
    except ValueError:
        return host  # of a socket without addresses
    return str(_customer(address))


def _customer(address: IPv4Address | IPv6Address) -> object:
    if isinstance(address, IPv4Address):
        return address
    return address.ipv4_mapped or ip_network((address, NETWORK), strict=False)
