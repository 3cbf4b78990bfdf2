"""The scheduler: runs the collector's jobs at their times, instead of a cron daemon, until a signal stops it.

A cron daemon needs root to run a job as another user, gives jobs no environment, and discards their output and exit
status. The scheduler runs each job as a process of the same user, with the same environment and output. A job never
overlaps itself: a single run makes up for those that became due meanwhile, or while the machine slept.
"""

import signal
import socket
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from multiprocessing import get_context
from multiprocessing.connection import wait
from multiprocessing.process import BaseProcess

from collect.schedule import Job
from exit_status import ExitStatus

STOPPING = (signal.SIGTERM, signal.SIGHUP, signal.SIGINT)
OF_A_TERMINAL = {signal.SIGHUP, signal.SIGINT}  # a terminal sends these to all of its processes
LONGEST_WAIT = 30.0  # seconds: a wait does not notice that the machine slept, or that its clock was changed
# Seconds of a clock that nobody sets, and that stands still while the machine sleeps.
GRACE = 45.0  # for a run to shut down, within the time that a container has
LONGEST_RUN = 6 * 3600.0  # so that a run that hangs does not block the next ones
MEANINGS: Mapping[int, str] = {
    ExitStatus.FAILED: "see above",
    ExitStatus.WRONG_SETTING: "a setting is wrong, see above",
    ExitStatus.TERMINATED: "it was stopped",
}
UNEXPECTED = "it failed unexpectedly, see above"
Program = Callable[[Sequence[str]], int]
Report = Callable[[str], None]


@dataclass
class Task:
    """A job, and its process while it runs. Its first run waits for the first run of `behind`.

    `began` is when the latest run began, and `terminated_at` when it was sent SIGTERM, by `clock`.
    """

    job: Job
    start: Callable[[Job], BaseProcess]
    report: Report
    due: datetime  # or overdue, while the last run is still going
    behind: "Task | None" = None
    run: BaseProcess | None = None
    clock: Callable[[], float] = time.monotonic
    began: float | None = None
    terminated_at: float | None = None

    def step(self, now: datetime) -> None:
        """Do everything that is due."""
        self.due = min(self.due, self.job.times.after(now))  # it was later if the clock was set back
        if self.run is not None and self.began is not None:
            self._supervise(self.run, self.began, now)
        if self._may_start and self.due <= now:
            self.run, self.due = self.start(self.job), self.job.times.after(now)
            self.began, self.terminated_at = self.clock(), None

    @property
    def _may_start(self) -> bool:
        return self.run is None and (self.behind is None or self.behind.has_run)

    @property
    def has_run(self) -> bool:
        return self.began is not None and self.run is None

    def _supervise(self, run: BaseProcess, began: float, now: datetime) -> None:
        if run.exitcode is not None:
            self.run = None
            if run.exitcode:
                following = max(self.due, now)
                self.report(f"{self.job.name}: {_ended(run.exitcode)}; the next run is at {following:%H:%M} UTC")
        elif self.terminated_at is not None:
            if self.clock() - self.terminated_at > GRACE:
                run.kill()
        elif self.clock() - began > LONGEST_RUN:
            run.terminate()
            self.terminated_at = self.clock()

    def seconds(self, now: datetime) -> float:
        """Until something is due, at most LONGEST_WAIT."""
        return min(LONGEST_WAIT, max(0.0, (self.due - now).total_seconds())) if self._may_start else LONGEST_WAIT


def _ended(status: int) -> str:
    if status < 0:
        return f"ended by {signal.Signals(-status).name}"
    return f"exit status {status} ({MEANINGS.get(status, UNEXPECTED)})"


def run_jobs(jobs: Sequence[Job], program: Program, report: Report) -> int:
    """Run `program` with the arguments of each job, at once and then at its times, until a signal stops this.

    The first runs make up for what was missed, one after the other, because lists are made from collected plays.
    """
    tasks: list[Task] = []
    for job in jobs:
        tasks.append(Task(job, partial(_started, program), report, _now(), tasks[-1] if tasks else None))
    with _stopping_signals() as stopping:
        while not stopping.received:
            for task in tasks:
                task.step(_now())
            wait(
                [stopping.wakes, *(run.sentinel for run in _running(tasks))],
                min(task.seconds(_now()) for task in tasks),
            )
        _end(_running(tasks))
    report("Stopped.")
    return ExitStatus.DONE


def _now() -> datetime:
    return datetime.now(UTC)


def _running(tasks: Sequence[Task]) -> list[BaseProcess]:
    return [task.run for task in tasks if task.run]


def _end(runs: Sequence[BaseProcess]) -> None:
    until = time.monotonic() + GRACE
    for run in runs:
        run.terminate()
    for run in runs:
        run.join(max(0.0, until - time.monotonic()))
        if run.exitcode is None:
            run.kill()
            run.join()


def _started(program: Program, job: Job) -> BaseProcess:
    """Start a process that the terminal's signals do not reach: they stop the scheduler, which then stops it."""
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
class _Stopping:
    wakes: socket.socket
    received: bool = False

    def __call__(self, *_: object) -> None:
        self.received = True


@contextmanager
def _stopping_signals() -> Iterator[_Stopping]:
    """Signals set `received`, and make `wakes` readable, which ends a wait."""
    wakes, written = socket.socketpair()
    written.setblocking(False)
    stopping = _Stopping(wakes)
    with wakes, written:
        before = {number: signal.signal(number, stopping) for number in STOPPING}
        wakeup = signal.set_wakeup_fd(written.fileno())
        try:
            yield stopping
        finally:
            signal.set_wakeup_fd(wakeup)
            for number, handler in before.items():
                signal.signal(number, handler)
