"""Whose turn it is: waiting requests, a few threads, and a fair share of them for each visitor.

Visitors take turns, however many requests each has waiting; and no visitor has more than `share` threads at once, so
that some stay free for the others even while one asks nothing but what takes long.
"""

from collections import Counter, deque
from collections.abc import Callable
from threading import Lock
from typing import Generic, Protocol, TypeVar

from web.http.errors import LATER, Problem

MOST = 512  # requests that wait
MOST_EACH = 64  # of one visitor
ALL_WAIT = f"{MOST} requests are waiting to be answered already: try again in a few seconds."
EACH_WAITS = f"{MOST_EACH} requests of yours are waiting to be answered already: try again when they are."


class HasCaller(Protocol):
    """`caller` tells visitors from each other."""

    @property
    def caller(self) -> str: ...


Job = TypeVar("Job", bound=HasCaller)


class FairQueue(Generic[Job]):
    """`begin` is called with each job when its turn has come, and hands it to a thread."""

    def __init__(self, threads: int, begin: Callable[[Job], None]) -> None:
        self._idle, self._begin = threads, begin
        self._share = max(1, threads // 4)
        self._lock = Lock()
        self._waiting: dict[str, deque[Job]] = {}  # by caller; the first one's turn is next
        self._number = 0  # of all that wait
        self._busy: Counter[str] = Counter()  # threads, by caller

    def add(self, job: Job) -> None:
        """Begin it, or let it wait. Raises Problem 503 where too many wait."""
        with self._lock:
            if self._number >= MOST:
                raise Problem(503, ALL_WAIT, headers=LATER)
            waiting = self._waiting.setdefault(job.caller, deque())
            if len(waiting) >= MOST_EACH:
                raise Problem(503, EACH_WAITS, headers=LATER)
            waiting.append(job)
            self._number += 1
            self._go_on()

    def leave(self, job: Job) -> bool:
        """Take one out that waits; False where it has begun."""
        with self._lock:
            waiting = self._waiting.get(job.caller, deque())
            if job not in waiting:
                return False
            waiting.remove(job)
            self._number -= 1
            if not waiting:
                del self._waiting[job.caller]
            return True

    def end(self, job: Job) -> None:
        """Its thread is free again."""
        with self._lock:
            self._busy[job.caller] -= 1
            if not self._busy[job.caller]:
                del self._busy[job.caller]
            self._idle += 1
            self._go_on()

    def _go_on(self) -> None:
        while self._idle and (caller := self._next()) is not None:
            waiting = self._waiting.pop(caller)
            job = waiting.popleft()
            if waiting:
                self._waiting[caller] = waiting  # behind all others
            self._number -= 1
            self._idle -= 1
            self._busy[caller] += 1
            self._begin(job)

    def _next(self) -> str | None:
        return next((caller for caller in self._waiting if self._busy[caller] < self._share), None)
