"""A fair queue: requests wait for a few threads, of which each visitor gets a fair share.

Visitors take turns, however many of their requests wait, and none gets more than `share` threads at once. So threads
stay free for others even while one visitor sends nothing but slow requests.
"""

from collections import deque
from collections.abc import Callable
from threading import Lock
from typing import Generic, Protocol, TypeVar

from web.http.errors import LATER, Problem
from web.languages.sentences import Sentence

MOST = 512  # requests that wait
MOST_EACH = 64  # of one visitor
ALL_WAIT = Sentence("%(most)s requests are already waiting: try again in a few seconds.", most=MOST)
EACH_WAITS = Sentence(
    "%(most)s of your requests are already waiting: try again when they are answered.", most=MOST_EACH
)


class HasCaller(Protocol):
    """`caller` identifies the visitor."""

    @property
    def caller(self) -> str: ...


def share_of(threads: int) -> int:
    """How many of the threads one visitor gets at most."""
    return max(1, threads // 4)


Job = TypeVar("Job", bound=HasCaller)


class FairQueue(Generic[Job]):
    """Calls `begin`, which hands a job to an idle thread, when its turn has come.

    A thread that ends a job gets the next one from `end`: waking another thread would cost more than most answers.
    """

    def __init__(self, threads: int, begin: Callable[[Job], None]) -> None:
        self._idle, self._begin = threads, begin
        self._share = share_of(threads)
        self._lock = Lock()
        self._waiting: dict[str, deque[Job]] = {}  # by caller; the first one is next
        self._number = 0  # of all waiting jobs
        self._busy: dict[str, int] = {}  # threads, by caller

    def add(self, job: Job) -> None:
        """Begin the job, or queue it. Raises Problem 503 if too many wait."""
        with self._lock:
            if self._idle and self._may_begin(job.caller):  # so no other job of this caller waits
                self._take_thread(job.caller)
                self._begin(job)
            else:
                self._wait(job)

    def leave(self, job: Job) -> bool:
        """Remove a waiting job; False if it has begun."""
        with self._lock:
            waiting = self._waiting.get(job.caller, ())
            if job not in waiting:
                return False
            self._waiting[job.caller].remove(job)
            self._number -= 1
            if not self._waiting[job.caller]:
                del self._waiting[job.caller]
            return True

    def end(self, job: Job) -> Job | None:
        """A job is done. Returns the one that its thread goes on with; None: the thread is idle."""
        with self._lock:
            self._return_thread(job.caller)
            caller = next(filter(self._may_begin, self._waiting), None)
            if caller is None:
                return None
            self._take_thread(caller)
            return self._first_of(caller)

    def _may_begin(self, caller: str) -> bool:
        return self._busy.get(caller, 0) < self._share

    def _take_thread(self, caller: str) -> None:
        self._idle -= 1
        self._busy[caller] = self._busy.get(caller, 0) + 1

    def _return_thread(self, caller: str) -> None:
        self._idle += 1
        self._busy[caller] -= 1
        if not self._busy[caller]:
            del self._busy[caller]

    def _wait(self, job: Job) -> None:
        if self._number >= MOST:
            raise Problem(503, ALL_WAIT, headers=LATER)
        waiting = self._waiting.setdefault(job.caller, deque())
        if len(waiting) >= MOST_EACH:
            raise Problem(503, EACH_WAITS, headers=LATER)
        waiting.append(job)
        self._number += 1

    def _first_of(self, caller: str) -> Job:
        waiting = self._waiting.pop(caller)
        if len(waiting) > 1:
            self._waiting[caller] = waiting  # behind all others
        self._number -= 1
        return waiting.popleft()
