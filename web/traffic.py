"""How many requests were answered how, and how fast: counted in memory, told by /metrics."""

from bisect import bisect_left
from dataclasses import dataclass, field
from typing import NamedTuple

from starlette.types import Scope

SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0)  # upper bounds of the buckets
METHODS = frozenset({"GET", "HEAD", "POST", "PATCH", "PUT", "DELETE", "OPTIONS"})
OTHER = "other"  # method, or path that is no route of ours: as many as anybody likes to make up count as one


class Kind(NamedTuple):
    """Requests that are counted together; `route` is a pattern, as in /history/{username}."""

    method: str
    route: str
    status: int


@dataclass(slots=True)
class Durations:
    """`buckets[n]` took as long as the nth of SECONDS at most and longer than the one before, the last longer still."""

    seconds: float = 0.0
    buckets: list[int] = field(default_factory=lambda: [0] * (len(SECONDS) + 1))


class Traffic:
    """Since this process began. Written by the event loop only, read by whoever asks."""

    def __init__(self) -> None:
        self._durations: dict[Kind, Durations] = {}

    def note(self, scope: Scope, status: int, seconds: float) -> None:
        """Of a request that was answered; `scope` as routing left it."""
        method, route = scope["method"], scope.get("route")
        kind = Kind(method if method in METHODS else OTHER, route.path if route else OTHER, status)
        durations = self._durations.get(kind)
        if durations is None:
            durations = self._durations[kind] = Durations()
        durations.seconds += seconds
        durations.buckets[bisect_left(SECONDS, seconds)] += 1

    def durations(self) -> list[tuple[Kind, Durations]]:
        """By method, route and status."""
        return sorted(self._durations.copy().items())
