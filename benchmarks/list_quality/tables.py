"""What was measured, as tables for people and as JSON for programs."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import sqrt
from statistics import fmean, stdev

from benchmarks.list_quality.discovery import DISCOVERY
from benchmarks.list_quality.tasks import DEEP, TASKS, Score, Task

SHOWN = 4  # histories that get columns of their own
MANY = 5  # histories from which on the spread between them says how sure a mean is


@dataclass(frozen=True)
class Measured:
    """`scores` by task, by history, by cut-off: each method's."""

    names: Sequence[str]
    scores: Mapping[str, Sequence[Sequence[Mapping[str, Score]]]]

    def as_json(self) -> dict[str, object]:
        return {
            "histories": list(self.names),
            "tasks": {task.name: _task_json(self, task) for task in (DISCOVERY, *TASKS) if _lists(self, task)},
        }


def _lists(found: Measured, task: Task) -> list[int]:
    """The histories that had a cut-off."""
    return [number for number, cuts in enumerate(found.scores[task.name]) if cuts]


def _task_json(found: Measured, task: Task) -> dict[str, object]:
    scores = found.scores[task.name]
    return {
        "cut_offs": [len(cuts) for cuts in scores],
        f"ndcg_at_{task.at}": {
            method: {"mean": mean(found, task, method), "histories": [_of(cuts, method) for cuts in scores]}
            for method in task.methods
        },
        f"recall_at_{DEEP}": {method: mean(found, task, method, "recall") for method in task.methods},
        "ours_minus": {
            method: dict(zip(("difference", "standard_error"), difference(found, task, method), strict=True))
            for method in task.methods
            if method != task.ours
        },
    }


def _of(cuts: Sequence[Mapping[str, Score]], method: str, what: str = "ndcg") -> float | None:
    return fmean(getattr(cut[method], what) for cut in cuts) if cuts else None


def mean(found: Measured, task: Task, method: str, what: str = "ndcg") -> float:
    """Of the means of histories: a long one counts no more than a short one."""
    each = (_of(cuts, method, what) for cuts in found.scores[task.name])
    return fmean(score for score in each if score is not None)


def difference(found: Measured, task: Task, method: str) -> tuple[float, float]:
    """Ours minus a method, paired cut-off by cut-off, with its standard error: between histories where there are many,
    otherwise between the cut-offs of each.
    """
    pairs = [
        [cut[task.ours].ndcg - cut[method].ndcg for cut in cuts] for cuts in found.scores[task.name] if cuts
    ]  # fmt: skip
    means = [fmean(each) for each in pairs]
    if len(pairs) >= MANY:
        return fmean(means), stdev(means) / sqrt(len(means))
    errors = [stdev(each) / sqrt(len(each)) if len(each) > 1 else 0.0 for each in pairs]
    return fmean(means), sqrt(sum(error**2 for error in errors)) / len(pairs)


def tables(found: Measured) -> Iterator[str]:
    for task in (*TASKS, DISCOVERY):
        if numbers := _lists(found, task):
            yield from _table(found, task, numbers[:SHOWN] if len(numbers) <= SHOWN else [])


def _table(found: Measured, task: Task, shown: Sequence[int]) -> Iterator[str]:
    cuts = sum(map(len, found.scores[task.name]))
    yield f"\n{task.title[0].upper()}{task.title[1:]}: {cuts} cut-offs"
    names = [found.names[number][:18] for number in shown]
    heads = [*names, f"nDCG@{task.at}", f"R@{DEEP}", "ours minus it", "ratio"]
    yield f"  {'':26}" + "".join(f"{head:>19}" for head in heads)
    ours = mean(found, task, task.ours)
    for method in task.methods:
        columns = [f"{_of(found.scores[task.name][number], method):.4f}" for number in shown]
        average = mean(found, task, method)
        columns += [f"{average:.4f}", f"{mean(found, task, method, 'recall'):.4f}"]
        if method != task.ours:
            by, error = difference(found, task, method)
            columns += [f"{by:+.4f} ± {error:.4f}", f"{ours / average:.2f} x" if average else "-"]
        yield f"  {method + (' (ours)' if method == task.ours else ''):26}" + "".join(f"{each:>19}" for each in columns)
