"""Evaluate recommendations offline on any histories, next to simple methods.

    python -m benchmarks.recommend PATH… [--instance] [--made-up COUNT] [--task NAME]… [--shown] [--json FILE]

PATH is a CSV file (ts, artist, album, track, and ms_played if it is known; also .gz), or an export of Spotify or
ListenBrainz (zip, folder, file); each is one listener. `--instance` uses the accounts of the instance in the settings,
`--made-up` adds listeners of benchmarks/list_quality/made_up_listeners.py. `--shown` measures whole lists night after
night (benchmarks/list_quality/nights.py) instead of rankings.
The protocol is described in benchmarks/list_quality/tasks.py; for songs never played before, which needs six listeners,
in benchmarks/list_quality/discovery.py. Nothing is asserted: figures are those of one set of histories.
"""

import argparse
import json
import os
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tqdm import tqdm

import settings as configuration
from benchmarks.list_quality.discovery import DISCOVERY, LEAST_LISTENERS, discoveries, discovery_cut_offs
from benchmarks.list_quality.halves import measured_lists, reports
from benchmarks.list_quality.histories import History, read_histories, stored_histories
from benchmarks.list_quality.made_up_listeners import made_up_listeners
from benchmarks.list_quality.tables import Measured, tables
from benchmarks.list_quality.tasks import TASKS, Score, Task, cut_offs, measured
from db.startup.opening import opened_database

PORTION = 40  # cut-offs that a process takes at once
LINE_EVERY = 10.0  # seconds between lines if there is no terminal
_histories: Sequence[History] = ()  # of a process that measures


@dataclass(frozen=True)
class Portion:
    """Some cut-offs of a task, for one history; for songs never played before, for all."""

    history: int
    task: Task
    cuts: tuple[float, ...]


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("paths", nargs="*", type=Path, metavar="PATH")
    parser.add_argument("--instance", action="store_true", help="the accounts of this instance")
    parser.add_argument(
        "--task", action="append", choices=[task.name for task in (*TASKS, DISCOVERY)], help="only this"
    )
    parser.add_argument("--made-up", type=int, default=0, metavar="COUNT", help="add so many made-up listeners")
    parser.add_argument("--shown", action="store_true", help="measure lists as they are shown, night after night")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write every figure there too")
    chosen = parser.parse_args(arguments)
    histories = list(read_histories(chosen.paths)) + (list(_instance()) if chosen.instance else [])
    histories += made_up_listeners(chosen.made_up)
    if not histories:
        parser.error("there is no history: give a PATH, or --instance where that has accounts with plays")
    for history in histories:
        print(f"{history.name}: {len(history.plays):,} plays of {len(history.songs):,} songs")
    if chosen.shown:
        return _report_shown(histories, chosen.json)
    measured = Measured([history.name for history in histories], run(histories, chosen.task))
    for line in tables(measured):
        print(line)
    if len(histories) < LEAST_LISTENERS and (not chosen.task or DISCOVERY.name in chosen.task):
        print(f"\n{DISCOVERY.title.capitalize()}: not measured, it takes {LEAST_LISTENERS} listeners.")
    if chosen.json:
        _write(chosen.json, measured.as_json())
    return 0


def _report_shown(histories: Sequence[History], file: Path | None) -> int:
    blocks = measured_lists(histories)
    for line in reports(histories, blocks):
        print(line)
    if file:
        _write(file, {history.name: each for history, each in zip(histories, blocks, strict=True)})
    return 0


def _write(file: Path, figures: Mapping[str, object]) -> None:
    file.write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")


def _instance() -> Iterator[History]:
    settings = configuration.read()
    with opened_database(settings.database_url, configuration.ROOT / ".data"):
        yield from stored_histories()


def run(histories: Sequence[History], only: Sequence[str] | None = None) -> dict[str, list[list[Mapping[str, Score]]]]:
    """The scores of each method at each cut-off, by task (all, or `only` those) and history."""
    portions = [portion for portion in _portions(histories) if not only or portion.task.name in only]
    scores: dict[str, list[list[tuple[float, Mapping[str, Score]]]]] = {
        task.name: [[] for _ in histories] for task in (*TASKS, DISCOVERY)
    }
    progress = _Progress(sum(len(portion.cuts) for portion in portions))
    cores = len(os.sched_getaffinity(0))
    with ProcessPoolExecutor(cores, initializer=_remember, initargs=(histories,)) as pool:
        waiting: dict[Future[list[Mapping[str, Score] | None]], Portion] = {
            pool.submit(_measure, portion): portion for portion in portions
        }
        for future in as_completed(waiting):
            portion = waiting[future]
            results = zip(portion.cuts, future.result(), strict=True)
            scores[portion.task.name][portion.history] += [(cut, score) for cut, score in results if score is not None]
            progress.advance(len(portion.cuts))
    progress.close()
    return {
        task: [[score for _, score in sorted(each, key=_cut)] for each in histories]
        for task, histories in scores.items()
    }


def _cut(pair: tuple[float, Mapping[str, Score]]) -> float:
    return pair[0]


def _portions(histories: Sequence[History]) -> Iterator[Portion]:
    """The longest first, so that they do not hold up the end."""
    order = sorted(range(len(histories)), key=lambda number: -len(histories[number].plays))
    ways: list[tuple[Task, Callable[[History, Task], Sequence[float]]]] = [(task, cut_offs) for task in TASKS]
    if len(histories) >= LEAST_LISTENERS:
        ways.insert(0, (DISCOVERY, discovery_cut_offs))
    for task, cuts_of in ways:
        for number in order:
            cuts = tuple(cuts_of(histories[number], task))
            for start in range(0, len(cuts), PORTION):
                yield Portion(number, task, cuts[start : start + PORTION])


def _remember(histories: Sequence[History]) -> None:
    global _histories  # noqa: PLW0603 - the only way to pass it to this process once
    _histories = histories


def _measure(portion: Portion) -> list[Mapping[str, Score] | None]:
    if portion.task == DISCOVERY:
        return list(discoveries(_histories, portion.history, portion.cuts))
    return list(measured(_histories[portion.history], portion.task, portion.cuts))


class _Progress:
    """Show progress: a bar on a terminal, otherwise a line from time to time."""

    def __init__(self, total: int) -> None:
        self._total, self._done, self._began = total, 0, time.monotonic()
        self._said = self._began
        self._bar: Any = tqdm(total=total, unit="cut-off", file=sys.stderr, leave=False, disable=None)

    def advance(self, done: int) -> None:
        self._bar.update(done)
        self._done += done
        now = time.monotonic()
        if self._bar.disable and now - self._said >= LINE_EVERY:
            self._said = now
            left = (now - self._began) * (self._total - self._done) / self._done
            print(f"{self._done} of {self._total} cut-offs, about {left:.0f} s left", file=sys.stderr, flush=True)

    def close(self) -> None:
        self._bar.close()


if __name__ == "__main__":
    sys.exit(main())
