"""Show measurements as tables for people and as JSON for programs."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import sqrt
from statistics import fmean, stdev

from benchmarks.list_quality.discovery import DISCOVERY
from benchmarks.list_quality.tasks import DEEP, TASKS, Score, Task

SHOWN = 4  # histories with columns of their own
MANY = 5  # from this number of histories on, the standard error is the spread between them


@dataclass(frozen=True)
class Measured:
    """`scores` has the score of each method, by task, history and cut-off."""

    names: Sequence[str]
    scores: Mapping[str, Sequence[Sequence[Mapping[str, Score]]]]

    def as_json(self) -> dict[str, object]:
        return {
            "histories": list(self.names),
            "tasks": {task.name: _task_json(self, task) for task in (DISCOVERY, *TASKS) if _lists(self, task)},
        }


def _lists(measured: Measured, task: Task) -> list[int]:
    """The histories with cut-offs."""
    return [number for number, cuts in enumerate(measured.scores[task.name]) if cuts]


def _task_json(measured: Measured, task: Task) -> dict[str, object]:
    scores = measured.scores[task.name]
    return {
        "cut_offs": [len(cuts) for cuts in scores],
        f"ndcg_at_{task.at}": {
            method: {"mean": mean(measured, task, method), "histories": [_of(cuts, method) for cuts in scores]}
            for method in task.methods
        },
        f"recall_at_{DEEP}": {method: mean(measured, task, method, "recall") for method in task.methods},
        "ours_minus": {
            method: dict(zip(("difference", "standard_error"), difference(measured, task, method), strict=True))
            for method in task.methods
            if method != task.ours
        },
    }


def _of(cuts: Sequence[Mapping[str, Score]], method: str, what: str = "ndcg") -> float | None:
    return fmean(getattr(cut[method], what) for cut in cuts) if cuts else None


def mean(measured: Measured, task: Task, method: str, what: str = "ndcg") -> float:
    """The mean of the histories' means, so that long histories count no more than short ones."""
    each = (_of(cuts, method, what) for cuts in measured.scores[task.name])
    return fmean(score for score in each if score is not None)


def difference(measured: Measured, task: Task, method: str) -> tuple[float, float]:
    """Ours minus a method, paired cut-off by cut-off, with its standard error: between histories where there are many,
    otherwise between the cut-offs of each.
    """
    pairs = [
        [cut[task.ours].ndcg - cut[method].ndcg for cut in cuts] for cuts in measured.scores[task.name] if cuts
    ]  # fmt: skip
    means = [fmean(each) for each in pairs]
    if len(pairs) >= MANY:
        return fmean(means), stdev(means) / sqrt(len(means))
    errors = [stdev(each) / sqrt(len(each)) if len(each) > 1 else 0.0 for each in pairs]
    return fmean(means), sqrt(sum(error**2 for error in errors)) / len(pairs)


def tables(measured: Measured) -> Iterator[str]:
    for task in (*TASKS, DISCOVERY):
        if numbers := _lists(measured, task):
            yield from _table(measured, task, numbers[:SHOWN] if len(numbers) <= SHOWN else [])


def _table(measured: Measured, task: Task, shown: Sequence[int]) -> Iterator[str]:
    cuts = sum(map(len, measured.scores[task.name]))
    yield f"\n{task.title[0].upper()}{task.title[1:]}: {cuts} cut-offs"
    names = [measured.names[number][:18] for number in shown]
    heads = [*names, f"nDCG@{task.at}", f"R@{DEEP}", "ours minus it", "ratio"]
    yield f"  {'':44}" + "".join(f"{head:>19}" for head in heads)
    ours = mean(measured, task, task.ours)
    for method in task.methods:
        columns = [f"{_of(measured.scores[task.name][number], method):.4f}" for number in shown]
        average = mean(measured, task, method)
        columns += [f"{average:.4f}", f"{mean(measured, task, method, 'recall'):.4f}"]
        if method != task.ours:
            by, error = difference(measured, task, method)
            columns += [f"{by:+.4f} ± {error:.4f}", f"{ours / average:.2f} x" if average else "-"]
        yield f"  {method + (' (ours)' if method == task.ours else ''):44}" + "".join(f"{each:>19}" for each in columns)
