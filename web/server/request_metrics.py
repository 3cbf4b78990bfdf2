"""Metrics of the requests served, by method, route and status, and of the process that serves them.

Processes that share a folder (PROMETHEUS_MULTIPROC_DIR, which the library reads when it is imported) count in files
there, and each of them reports the sum of all. Memory, CPU time and open files are those of one process, and a scrape
may reach any of them: with several processes they are left out, because counters would seem to jump.
"""

import os
from operator import itemgetter
from typing import NamedTuple

from prometheus_client import CollectorRegistry, Histogram, Metric, ProcessCollector
from prometheus_client.multiprocess import MultiProcessCollector
from starlette.types import Scope

SHARED_FOLDER = "PROMETHEUS_MULTIPROC_DIR"
SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0)  # upper bounds of the buckets
METHODS = frozenset({"GET", "HEAD", "POST", "PATCH", "PUT", "DELETE", "OPTIONS"})
OTHER = "other"  # all methods and paths that are not ours: clients can make up any number of them


class Kind(NamedTuple):
    """Labels of requests that are counted together; `route` is a pattern, as in /history/{username}."""

    method: str
    route: str
    status: str


class RequestMetrics:
    """Counts since the service started. Written by the event loop only, read by any thread."""

    def __init__(self) -> None:
        self._durations = Histogram(
            "insight_http_request_duration_seconds", "Requests answered.", Kind._fields,
            buckets=SECONDS, registry=CollectorRegistry(),
        )  # fmt: skip
        self._of: dict[tuple[str, str, int], Histogram] = {}  # because the library takes a lock to look them up
        self._process = ProcessCollector(registry=None)

    def note(self, scope: Scope, status: int, seconds: float) -> None:
        """Count a request that was answered; `scope` as routing left it."""
        method, route = scope["method"], scope.get("route")
        labels = (method if method in METHODS else OTHER, route.path if route else OTHER, status)
        durations = self._of.get(labels)
        if durations is None:
            durations = self._of[labels] = self._durations.labels(*Kind(labels[0], labels[1], str(status)))
        durations.observe(seconds)

    def metrics(self) -> list[Metric]:
        """Requests by method, route and status; and the process, if there is only one."""
        shared = os.environ.get(SHARED_FOLDER)
        if shared:
            return [_sorted(metric) for metric in MultiProcessCollector(CollectorRegistry(), shared).collect()]
        return [*map(_sorted, self._durations.collect()), *self._process.collect()]


def _sorted(metric: Metric) -> Metric:
    kept = [sample for sample in metric.samples if not sample.name.endswith("_created")]
    metric.samples = sorted(kept, key=lambda sample: itemgetter(*Kind._fields)(sample.labels))
    return metric
