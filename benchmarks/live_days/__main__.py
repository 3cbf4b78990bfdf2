"""Collect 1,000 days of 20 accounts in every scan mode, with everything that goes wrong, and compare.

    python -m benchmarks.live_days [--days 1000] [--portions 20] [--processes 1] [--developers 1 2 3 4]

Time is simulated; the collectors, the importers and PostgreSQL are real. Five accounts share a developer's quota. Each
portion of the days has accounts and a database of its own. The exit status is 1 if a play that any source told was lost
or stored twice, if a time heard live is wrong by more than the time between two looks, or if a day took more calls than
its budget.
"""

import argparse
import sys
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from itertools import repeat
from multiprocessing import get_context

from benchmarks.live_days.portions import portion
from benchmarks.live_days.table import Line, table


def simulated(developers: Sequence[int], days: int, portions: int, processes: int) -> Iterator[list[Line]]:
    wanted = [(developer, number) for number in range(portions) for developer in developers]
    with ProcessPoolExecutor(processes, get_context("spawn")) as pool:
        yield from pool.map(portion, *zip(*wanted, strict=True), repeat(days // portions))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--days", type=int, default=1000)
    parser.add_argument("--portions", type=int, default=20)
    parser.add_argument("--developers", type=int, nargs="+", choices=(1, 2, 3, 4), default=(1, 2, 3, 4))
    parser.add_argument("--processes", type=int, default=1)
    chosen = parser.parse_args()
    every = list[Line]()
    for lines in simulated(chosen.developers, chosen.days, chosen.portions, chosen.processes):
        every += lines
        print(f"{sum(line.days for line in every):,} days of accounts", flush=True)
    print(table(every))
    return 0 if all(line.is_good for line in every) else 1


if __name__ == "__main__":
    sys.exit(main())
