"""How many requests were answered how, and how fast, told by /metrics: of every process that serves.

Processes that share a folder (PROMETHEUS_MULTIPROC_DIR, which the library reads when it is imported) count in files
there, and whichever is asked tells what all of them have counted.
"""

import os
from operator import itemgetter
from typing import NamedTuple

from prometheus_client import CollectorRegistry, Histogram, Metric
from prometheus_client.multiprocess import MultiProcessCollector
from starlette.types import Scope

SHARED_FOLDER = "PROMETHEUS_MULTIPROC_DIR"
SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0)  # upper bounds of the buckets
METHODS = frozenset({"GET", "HEAD", "POST", "PATCH", "PUT", "DELETE", "OPTIONS"})
OTHER = "other"  # method, or path that is no route of ours: as many as anybody likes to make up count as one


class Kind(NamedTuple):
    """Requests that are counted together; `route` is a pattern, as in /history/{username}."""

    method: str
    route: str
    status: str


class Traffic:
    """Since the service began. Written by the event loop only, read by whoever asks."""

    def __init__(self) -> None:
        self._durations = Histogram(
            "insight_http_request_duration_seconds", "Requests answered.", Kind._fields,
            buckets=SECONDS, registry=CollectorRegistry(),
        )  # fmt: skip
        self._of: dict[Kind, Histogram] = {}  # the library takes a lock to look for the same

    def note(self, scope: Scope, status: int, seconds: float) -> None:
        """Of a request that was answered; `scope` as routing left it."""
        method, route = scope["method"], scope.get("route")
        kind = Kind(method if method in METHODS else OTHER, route.path if route else OTHER, str(status))
        durations = self._of.get(kind)
        if durations is None:
            durations = self._of[kind] = self._durations.labels(*kind)
        durations.observe(seconds)

    def metrics(self) -> list[Metric]:
        """By method, route and status."""
        shared = os.environ.get(SHARED_FOLDER)
        counted = MultiProcessCollector(CollectorRegistry(), shared) if shared else self._durations
        return [_in_order(metric) for metric in counted.collect()]


def _in_order(metric: Metric) -> Metric:
    kept = [sample for sample in metric.samples if not sample.name.endswith("_created")]
    metric.samples = sorted(kept, key=lambda sample: itemgetter(*Kind._fields)(sample.labels))
    return metric
