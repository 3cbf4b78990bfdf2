"""How many connections there are at once, in all and of one address, and which are closed where there are too many.

A process without a free file descriptor takes nobody's connection any more and loses its database, so the bound lies
below the limit of open files.
"""

import logging
import resource
import time
from collections import Counter
from collections.abc import Iterable
from typing import Protocol

MOST, LEAST = 8192, 16
SPARE = 256  # descriptors for the database, for files and Spotify, and for connections that nobody has counted yet
MOST_UNREAD = 32 * 1024 * 1024  # bytes of answers that clients have not taken yet
SECONDS_BETWEEN_LINES = 60
log = logging.getLogger("insight")


class Member(Protocol):
    """A connection, as far as a crowd knows it. `address` tells customers from each other."""

    address: str

    def close(self) -> None: ...
    def unread_bytes(self) -> int: ...


class ConnectionLimiter:
    """At most `most` connections, and half of them of one address. The oldest idle ones give way to new ones."""

    def __init__(self, most: int) -> None:
        self._most, self._each = most, max(1, most // 2)
        self._members: set[Member] = set()
        self._numbers: Counter[str] = Counter()  # by address
        self._idle: dict[str, dict[Member, None]] = {}  # by address, the oldest first
        self._paused: dict[Member, None] = {}  # their clients do not read, the oldest first
        self._closed = self._refused = 0
        self._logged_at = float("-inf")

    def join(self, member: Member) -> bool:
        """Whether there is room for one more; if need be, made by closing an idle one."""
        own = self._numbers[member.address] >= self._each
        if (own or len(self._members) >= self._most) and not self._make_room(member.address, own=own):
            self._refused += 1
            self._tell()
            return False
        self._members.add(member)
        self._numbers[member.address] += 1
        self.rest(member)
        return True

    def leave(self, member: Member) -> None:
        if member not in self._members:
            return
        self.work(member)
        self.read(member)
        self._members.remove(member)
        self._numbers[member.address] -= 1
        if not self._numbers[member.address]:
            del self._numbers[member.address]

    def rest(self, member: Member) -> None:
        """It waits for its client: for a request, or for the rest of one."""
        if member in self._members:
            self._idle.setdefault(member.address, {})[member] = None

    def work(self, member: Member) -> None:
        """Its client waits for an answer."""
        idle = self._idle.get(member.address, {})
        idle.pop(member, None)
        if not idle:
            self._idle.pop(member.address, None)

    def pause(self, member: Member) -> None:
        """It holds more of an answer than its client takes. Cut the oldest of such clients where they hold too much."""
        if member in self._members:
            self._paused[member] = None
        while (held := self._held()).total() > MOST_UNREAD:
            ((address, _),) = held.most_common(1)
            self._close(_of(self._paused, address))

    def read(self, member: Member) -> None:
        """Its client has taken what it held."""
        self._paused.pop(member, None)

    def _held(self) -> Counter[str]:
        held: Counter[str] = Counter()
        for member in self._paused:
            held[member.address] += member.unread_bytes()
        return held

    def _make_room(self, address: str, *, own: bool) -> bool:
        """By closing one of that address, or of the address that has most (of whatever is idle, if need be)."""
        if not own:
            address = max(self._idle, key=self._numbers.__getitem__, default=address)
        if address not in self._idle:
            return False
        self._close(next(iter(self._idle[address])))
        self._closed += 1
        self._tell()
        return True

    def _close(self, member: Member) -> None:
        self.leave(member)
        member.close()

    def _tell(self) -> None:
        now = time.monotonic()
        if now - self._logged_at < SECONDS_BETWEEN_LINES:
            return
        self._logged_at = now
        log.warning(
            "%d connections are open: at most %d fit below the limit of open files, %d of one address. Since the last "
            "line like this, %d idle ones were closed and %d new ones refused.",
            len(self._members), self._most, self._each, self._closed, self._refused,
        )  # fmt: skip
        self._closed = self._refused = 0


def _of(members: Iterable[Member], address: str) -> Member:
    return next(member for member in members if member.address == address)


def most_connections() -> int:
    """As many as the limit of open files allows now."""
    files, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    if files == resource.RLIM_INFINITY:
        return MOST
    return max(LEAST, min(MOST, files - min(SPARE, files // 2)))
