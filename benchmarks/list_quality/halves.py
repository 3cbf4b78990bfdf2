"""Measure the lists that many listeners would see, on all cores, and report two halves of the listeners apart."""

import os
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor

from benchmarks.list_quality.histories import History
from benchmarks.list_quality.shown import Block, Shown, block_starts, measured_block, shown_table

_histories: Sequence[History] = ()  # of a process that measures
HALVES = ("Chosen on", "Reported on")  # constants are chosen on the first half, and the second says what they are worth


def measured_lists(histories: Sequence[History]) -> list[list[Block]]:
    """The blocks of each history."""
    work = [(number, start) for number, each in enumerate(histories) for start in block_starts(each)]
    cores = len(os.sched_getaffinity(0))
    with ProcessPoolExecutor(cores, initializer=_remember, initargs=(histories,)) as pool:
        measured = list(pool.map(_measure, work))
    of_history: list[list[Block]] = [[] for _ in histories]
    for (number, _), block in zip(work, measured, strict=True):
        of_history[number].append(block)
    return of_history


def reports(histories: Sequence[History], measured: Sequence[Sequence[Block]]) -> Iterator[str]:
    """The tables of real and of made-up listeners, apart; of many made-up ones, each half (even and odd seeds)."""
    real = [blocks for each, blocks in zip(histories, measured, strict=True) if not each.made_up]
    made_up = [blocks for each, blocks in zip(histories, measured, strict=True) if each.made_up]
    if real:
        yield from shown_table("Lists as they are shown, real listeners", Shown.of(real))
    for half, name in enumerate(HALVES):
        if made_up[half::2]:
            yield from shown_table(f"{name}, made-up listeners", Shown.of(made_up[half::2]))


def _remember(histories: Sequence[History]) -> None:
    global _histories  # noqa: PLW0603 - the only way to pass it to this process once
    _histories = histories


def _measure(work: tuple[int, float]) -> Block:
    number, start = work
    return measured_block(_histories[number], start)
