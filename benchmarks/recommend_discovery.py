"""Songs never heard before (not yet measured)."""

from collections.abc import Iterator, Mapping, Sequence

from benchmarks.recommend_histories import History
from benchmarks.recommend_tasks import Score, Task

LEAST_LISTENERS = 6
DISCOVERY = Task("discovery", "never heard before, heard within 28 days", 28, 20, 10, ("popularity", "ours"), "ours")


def discovery_cut_offs(history: History, task: Task) -> Sequence[float]:
    return []


def discoveries(
    histories: Sequence[History], number: int, cuts: Sequence[float]
) -> Iterator[Mapping[str, Score] | None]:
    yield from ()
