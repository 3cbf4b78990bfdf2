"""Collect 1,000 days of 20 accounts in every scan mode, with everything that goes wrong, and compare.

    python -m benchmarks.live_days [--days 1000] [--portions 50] [--processes 1] [--developers 1 2 3 4] [--minutes 60]

Time is simulated; the collectors, the importers and PostgreSQL are real. Five accounts share a developer's quota. Each
portion of the days has accounts and a database of its own, and a seed, with which it can be repeated:

    python -m benchmarks.live_days [--days 1000] [--portions 50] --seeds 7 12

After `--minutes`, no further portion begins. The exit status is 1 if a play that any source told was lost or stored
twice, if a time heard live is wrong by more than the time between two looks, or if a day took more calls than its
budget.
"""

import argparse
import sys
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from itertools import islice
from multiprocessing import get_context

from benchmarks.live_days.habits import DEVELOPERS
from benchmarks.live_days.portions import portion
from benchmarks.live_days.table import Line, summary, table


def simulated(seeds: Sequence[int], days: int, processes: int, until: float) -> Iterator[tuple[int, list[Line]]]:
    """The accounts of each seed; no seed begins after `until`."""
    rest = iter(seeds)
    with ProcessPoolExecutor(processes, get_context("spawn")) as pool:
        running = [(seed, pool.submit(portion, seed, days)) for seed in islice(rest, processes)]
        while running:
            seed, first = running.pop(0)
            yield seed, first.result()
            if time.monotonic() < until:
                running += [(seed, pool.submit(portion, seed, days)) for seed in islice(rest, 1)]


def chosen_seeds(portions: int, developers: Sequence[int]) -> list[int]:
    return [developer + number * len(DEVELOPERS) for number in range(portions) for developer in developers]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--days", type=int, default=1000)
    parser.add_argument("--portions", type=int, default=50)
    parser.add_argument("--developers", type=int, nargs="+", choices=(1, 2, 3, 4), default=(1, 2, 3, 4))
    parser.add_argument("--seeds", type=int, nargs="+")
    parser.add_argument("--processes", type=int, default=1)
    parser.add_argument("--minutes", type=float, default=float("inf"))
    chosen = parser.parse_args()
    seeds = chosen.seeds or chosen_seeds(chosen.portions, chosen.developers)
    until, days, every = time.monotonic() + chosen.minutes * 60, chosen.days // chosen.portions, list[Line]()
    for seed, lines in simulated(seeds, days, chosen.processes, until):
        every += lines
        print(f"Seed {seed}: {summary(lines)}; {sum(line.days for line in every):,} days so far", flush=True)
    print(table(every))
    return 0 if all(line.is_good for line in every) else 1


if __name__ == "__main__":
    sys.exit(main())
