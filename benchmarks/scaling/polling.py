"""Polls and plays per second, by workers; and what is lost or doubled when workers are killed."""

import signal
import time
from dataclasses import dataclass
from datetime import timedelta

from benchmarks.large.processor import server_seconds
from benchmarks.scaling.instance import COLLECTING, Instance, number, processor_seconds
from connect.connecting import utc_now
from db.collecting.schedule import claim_batch
from db.engine.connection import connected, rows

# From the first poll to the end of the last one: the start of the programs has a figure of its own.
SECONDS = "SELECT extract(epoch FROM max(finished_at) - min(started_at)) FROM collection_run WHERE id > {after}"
NEW = "SELECT coalesce(sum(plays_new), 0) FROM collection_run WHERE id > {after}"
LAST = "SELECT coalesce(max(id), 0) FROM collection_run"
POLLS = "SELECT count(*) FROM collection_run WHERE outcome = 'collected' AND id > {after}"
WRONG = """
    SELECT count(*) FROM (
        SELECT account.id FROM account LEFT JOIN play ON account_id = account.id
        GROUP BY account.id HAVING count(play.id) <> {plays} OR count(DISTINCT played_at) <> {plays}) wrong
"""
END_LEASES = "UPDATE collection_schedule SET due_at = now() WHERE claim IS NOT NULL RETURNING 1"


@dataclass(frozen=True)
class Polled:
    """What the workers did together until nothing was due."""

    workers: int
    polls: float
    plays: float
    seconds: float
    processor_seconds: float  # of the workers
    server_seconds: float  # of PostgreSQL's processor time
    megabytes: float  # of the largest

    @property
    def polls_a_second(self) -> float:
        return self.polls / max(self.seconds, 0.001)

    @property
    def processor_milliseconds_a_poll(self) -> float:
        return 1000 * self.processor_seconds / max(self.polls, 1)

    @property
    def polls_a_core_second(self) -> float:
        return self.polls / max(self.processor_seconds, 0.001)

    def __str__(self) -> str:
        return (
            f"| {self.workers} | {self.seconds:.0f} | {self.processor_seconds:.0f} | {self.server_seconds:.0f} | "
            f"{self.polls_a_second:.0f} | {self.polls_a_core_second:.0f} | "
            f"{self.plays / max(self.seconds, 0.001):.0f} | {self.processor_milliseconds_a_poll:.0f} | "
            f"{self.megabytes:.0f} |"
        )


def polled(made: Instance, workers: int) -> Polled:
    """Make every account due, and let `workers` workers poll until none is."""
    after = number(LAST)
    made.make_everything_due()
    server = server_seconds(made.postmaster)
    costs = [processor_seconds(child) for child in [made.start(*COLLECTING) for _ in range(workers)]]
    polls, plays, seconds = (number(sql.format(after=after)) for sql in (POLLS, NEW, SECONDS))
    used, server = sum(cost for cost, _ in costs), server_seconds(made.postmaster) - server
    return Polled(workers, polls, plays, seconds, used, server, max(size for _, size in costs))


def claims_a_second(made: Instance) -> float:
    """How many accounts one connection claims per second, in batches of 60."""
    made.make_everything_due()
    began, claimed = time.perf_counter(), 0
    with connected():
        while batch := claim_batch(utc_now(), timedelta(minutes=5), 60).account_ids:
            claimed += len(batch)
    return claimed / (time.perf_counter() - began)


def wrong_after_kills(made: Instance, kills: int, every_seconds: float, plays: int) -> int:
    """Kill one of two workers again and again; returns the accounts that then have a wrong number of plays."""
    for turn in range(kills):
        made.make_everything_due()
        two = [made.start(*COLLECTING) for _ in range(2)]
        time.sleep(every_seconds * (0.5 + turn % 3 / 2))  # early in a batch, and late
        two[0].send_signal(signal.SIGKILL)
        for child in two:
            child.wait()
    with connected():
        rows(END_LEASES)
    made.start(*COLLECTING).wait()
    return int(number(WRONG.format(plays=plays)))
