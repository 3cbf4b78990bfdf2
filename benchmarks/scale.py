"""How much one machine does for many accounts, and what 100,000 and 1,000,000 accounts need by that.

    python -m benchmarks.scale [--accounts 1000] [--plays 40] [--earlier 160] [--workers 1,2] [--processes 1,2]
                               [--kills 5] [--new 5]

The simulated Spotify answers 150 ms late, in this process. Workers poll until nothing is due: first all plays are new,
then none is, or with `--new`, so many of each account, of known songs, as after an hour. With `--kills`, one of two
workers is killed again and again, and lost and doubled plays are counted. All programs, PostgreSQL and the clients
share the machine, so take the figures for less than a machine of their own does.
"""

import argparse
import os
import sys
from collections.abc import Sequence

from benchmarks.scaling.forecast import Measured, forecast
from benchmarks.scaling.instance import Instance, instance, number
from benchmarks.scaling.polling import Polled, claims_a_second, polled, wrong_after_kills
from benchmarks.scaling.visiting import Visited, visited

PLAYS = "SELECT count(*) FROM play"
SIZE = "SELECT pg_database_size(current_database())"
OF_PLAYS = "SELECT pg_total_relation_size('play')"


def main(arguments: Sequence[str] | None = None) -> int:
    chosen = _parser().parse_args(arguments)
    print(f"Load before: {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores (under load if it is above 0.5).")
    with instance(chosen.accounts, chosen.plays, chosen.earlier, chosen.milliseconds) as made:
        empty, stored = number(SIZE), number(PLAYS)
        everything_new, known = _poll(made, chosen.workers, chosen.new)
        grown, plays = number(SIZE) - empty, number(PLAYS)
        each = number(OF_PLAYS) / plays
        plays -= stored
        print(f"{each:.0f} bytes for each of {plays + stored:.0f} plays with its indexes; for each of the "
              f"{plays:.0f} new ones, the database has grown by {grown / plays:.0f}: runs are new, too.")  # fmt: skip
        print(f"{claims_a_second(made):.0f} claims a second on one connection.")
        visits = _visit(made, chosen.processes, chosen.seconds)
        each_has = chosen.plays + chosen.earlier
        wrong = wrong_after_kills(made, chosen.kills, chosen.every, each_has) if chosen.kills else 0
        if chosen.kills:
            print(f"{chosen.kills} kills: {wrong} accounts with lost or doubled plays.")
        best = Measured(
            known.polls_a_second / known.workers, everything_new.processor_milliseconds_a_poll,
            visits.requests_a_second / visits.processes, each,
        )  # fmt: skip
        print(*forecast(best), sep="\n")
    return 1 if wrong else 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--accounts", type=int, default=1000)
    parser.add_argument("--plays", type=int, default=40, help="that Spotify shows of each account")
    parser.add_argument("--earlier", type=int, default=0, help="plays of each account that are stored before the start")
    parser.add_argument("--new", type=int, default=0, help="plays of each account that are new in each later poll")
    parser.add_argument("--milliseconds", type=int, default=150, help="that Spotify takes to answer")
    parser.add_argument("--workers", type=_numbers, default=[1, 2])
    parser.add_argument("--processes", type=_numbers, default=[1, 2])
    parser.add_argument("--seconds", type=float, default=10, help="of requests to the web program")
    parser.add_argument("--kills", type=int, default=0)
    parser.add_argument("--every", type=float, default=3, help="seconds between two kills, about")
    return parser


def _numbers(text: str) -> list[int]:
    return [int(part) for part in text.split(",")]


def _poll(made: Instance, workers: Sequence[int], new: int) -> tuple[Polled, Polled]:
    """When all plays were new, and with as many workers when `new` of each account were."""
    print("| workers | s | their processor s | PostgreSQL's | polls/s | polls/s and core | new plays/s | "
          "processor ms a poll | MB of a worker |\n|---:|---:|---:|---:|---:|---:|---:|---:|---:|")  # fmt: skip
    first = polled(made, workers[0])
    print(first)
    for count in workers:
        made.forget_newest(new)
        later = polled(made, count)
        print(later, flush=True)
    return first, later


def _visit(made: Instance, processes: Sequence[int], seconds: float) -> Visited:
    print("| web processes | requests/s | processor ms of a request | PostgreSQL's | MB |\n|---:|---:|---:|---:|---:|")
    for count in processes:
        visits = visited(made, count, seconds)
        print(visits, flush=True)
    return visits


if __name__ == "__main__":
    sys.exit(main())
