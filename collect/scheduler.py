"""Run the collector's jobs by their times until a signal ends it, in place of a cron daemon.

A daemon needs root to become the user of a job, gives jobs no environment, and throws away what they print and their
exit status. This runs each job as a process of the same user, with the same environment and output. A job never
overlaps itself: what becomes due meanwhile, or while the machine slept, runs once as soon as it can.
"""

import signal
import socket
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from multiprocessing import get_context
from multiprocessing.connection import wait
from typing import Protocol

from collect.schedule import Job

ENDING = (signal.SIGTERM, signal.SIGHUP, signal.SIGINT)
OF_A_TERMINAL = {signal.SIGHUP, signal.SIGINT}  # these reach every process of it at once
LOOK = 30.0  # seconds: a wait does not notice that the machine slept, or that its clock was set
GRACE = timedelta(seconds=45)  # for a run to end in order, within the time that a container has
LONGEST = timedelta(hours=6)  # a run that hangs must not keep the next ones from running
MEANING = {1: "see above", 78: "a setting is wrong, see above", 143: "it was stopped"}
Program = Callable[[Sequence[str]], int]
Tell = Callable[[str], None]


class Run(Protocol):
    """A process."""

    @property
    def exitcode(self) -> int | None: ...
    @property
    def sentinel(self) -> int: ...
    def terminate(self) -> None: ...
    def kill(self) -> None: ...
    def join(self, timeout: float | None = None) -> None: ...


@dataclass
class Task:
    """A job and its run, if it is running. Its first run waits for the first one of `behind`."""

    job: Job
    start: Callable[[Job], Run]
    tell: Tell
    due: datetime  # or overdue, while the job's last run is still going
    behind: "Task | None" = None
    run: Run | None = None
    began: datetime | None = None

    def step(self, now: datetime) -> None:
        """Do what is to be done by now."""
        self.due = min(self.due, self.job.times.after(now))  # it is later if the clock was set back
        if self.run is not None and self.began is not None:
            self._look_after(self.run, now - self.began, now)
        if self._may_start and self.due <= now:
            self.run, self.began, self.due = self.start(self.job), now, self.job.times.after(now)

    @property
    def _may_start(self) -> bool:
        return self.run is None and (self.behind is None or self.behind.has_run)

    @property
    def has_run(self) -> bool:
        return self.began is not None and self.run is None

    def _look_after(self, run: Run, running: timedelta, now: datetime) -> None:
        if run.exitcode is not None:
            self.run = None
            if run.exitcode:
                following = max(self.due, now)
                self.tell(f"{self.job.name}: {_ended(run.exitcode)}; the next run is at {following:%H:%M} UTC")
        elif running > LONGEST + GRACE:
            run.kill()
        elif running > LONGEST:
            run.terminate()

    def seconds(self, now: datetime) -> float:
        """Until there is something to do, LOOK at most."""
        return min(LOOK, max(0.0, (self.due - now).total_seconds())) if self._may_start else LOOK


def _ended(status: int) -> str:
    if status < 0:
        return f"ended by {signal.Signals(-status).name}"
    return f"exit status {status} ({MEANING.get(status, 'it failed unexpectedly, see above')})"


def run_jobs(jobs: Sequence[Job], program: Program, tell: Tell) -> int:
    """Run `program` with the arguments of each job, at once and then by its times, until a signal ends this.

    What was missed while nothing ran is made up by the first runs, one after the other: lists are made from what was
    collected. Returns the exit status, 0.
    """
    tasks: list[Task] = []
    for job in jobs:
        tasks.append(Task(job, partial(_started, program), tell, _now(), tasks[-1] if tasks else None))
    with _ending_signals() as ending:
        while not ending.received:
            for task in tasks:
                task.step(_now())
            wait(
                [ending.wakes, *(run.sentinel for run in _running(tasks))], min(task.seconds(_now()) for task in tasks)
            )
        _end(_running(tasks))
    tell("Stopped.")
    return 0


def _now() -> datetime:
    return datetime.now(UTC)


def _running(tasks: Sequence[Task]) -> list[Run]:
    return [task.run for task in tasks if task.run]


def _end(runs: Sequence[Run]) -> None:
    until = _now() + GRACE
    for run in runs:
        run.terminate()
    for run in runs:
        run.join(max(0.0, (until - _now()).total_seconds()))
        if run.exitcode is None:
            run.kill()
            run.join()


def _started(program: Program, job: Job) -> Run:
    """A process of its own, which a terminal's signals do not reach: they end the loop, and the loop ends it."""
    process = get_context("spawn").Process(target=_enter, args=(program, job.arguments))
    before = signal.pthread_sigmask(signal.SIG_BLOCK, OF_A_TERMINAL)
    try:
        process.start()
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
    return process


def _enter(program: Program, arguments: Sequence[str]) -> None:
    sys.exit(program(arguments))


@dataclass
class _Ending:
    wakes: socket.socket
    received: bool = False

    def __call__(self, *_: object) -> None:
        self.received = True


@contextmanager
def _ending_signals() -> Iterator[_Ending]:
    """Signals set `received`, and something to read wakes whoever waits."""
    wakes, written = socket.socketpair()
    written.setblocking(False)
    ending = _Ending(wakes)
    with wakes, written:
        before = {number: signal.signal(number, ending) for number in ENDING}
        wakeup = signal.set_wakeup_fd(written.fileno())
        try:
            yield ending
        finally:
            signal.set_wakeup_fd(wakeup)
            for number, handler in before.items():
                signal.signal(number, handler)
