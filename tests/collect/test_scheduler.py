"""The scheduler: jobs never overlap themselves, missed runs are made up for once, and hanging runs are ended."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from multiprocessing.process import BaseProcess

import pytest

from collect.schedule import At, Every, Job
from collect.scheduler import GRACE, LONGEST_RUN, LONGEST_WAIT, Task

NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
TIMES = At(frozenset({0, 20, 40}), frozenset(range(24)))


class Process(BaseProcess):
    """A process that ends when the test says so."""

    def __init__(self) -> None:
        self.status: int | None = None
        self.terminations, self.killed = 0, False

    @property
    def exitcode(self) -> int | None:
        return self.status

    def terminate(self) -> None:
        self.terminations += 1

    def kill(self) -> None:
        self.killed = True


@dataclass
class Machine:
    """Starts processes, and collects the scheduler's lines."""

    runs: list[Process] = field(default_factory=list)
    names: list[str] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)
    seconds_passed: float = 0.0

    def start(self, job: Job) -> BaseProcess:
        self.runs.append(Process())
        self.names.append(job.name)
        return self.runs[-1]

    def task(self, *arguments: str, behind: Task | None = None) -> Task:
        job = Job(arguments, TIMES)
        return Task(job, self.start, self.lines.append, NOON, behind, seconds_passed=lambda: self.seconds_passed)

    def end(self, status: int = 0) -> None:
        self.runs[-1].status = status


def after(task: Task, **time: float) -> int:
    """How long the task waits after it has done what was due."""
    now = NOON + timedelta(**time)
    task.step(now)
    return round(task.seconds(now))


def test_a_job_runs_at_once_and_then_at_its_times() -> None:
    machine = Machine()
    task = machine.task("collect")
    began = []
    for minute in range(61):
        task.step(NOON + timedelta(minutes=minute, seconds=5))
        if machine.runs[-1].exitcode is None:
            began.append(minute)
            machine.end()
    assert (began, machine.lines) == ([0, 20, 40, 60], [])


def test_a_long_run_is_never_overlapped_and_missed_runs_are_made_up_for_once() -> None:
    machine = Machine()
    task = machine.task("collect")
    for minute in range(65):
        assert after(task, minutes=minute) == LONGEST_WAIT
    assert len(machine.runs) == 1
    machine.end()
    after(task, minutes=65)
    machine.end()
    after(task, minutes=66)
    assert len(machine.runs) == 2  # three were missed
    after(task, minutes=80)
    assert len(machine.runs) == 3


def test_after_the_machine_slept_a_job_runs_once() -> None:
    machine = Machine()
    task = machine.task("collect")
    after(task)
    machine.end()
    assert after(task, minutes=1) == LONGEST_WAIT
    after(task, hours=9)
    machine.end()
    assert after(task, hours=9, minutes=19, seconds=50) == 10
    assert len(machine.runs) == 2


def test_a_wrong_clock_does_not_delay_jobs_for_long() -> None:
    machine = Machine()
    task = machine.task("collect")
    after(task, days=400)
    machine.end()
    after(task, minutes=1)
    after(task, minutes=20)
    assert len(machine.runs) == 2
    every = Task(Job((), Every(timedelta(hours=1))), machine.start, machine.lines.append, NOON + timedelta(days=400))
    every.step(NOON)
    assert every.due == NOON + timedelta(hours=1)


def test_first_runs_wait_for_each_other_and_later_ones_do_not() -> None:
    machine = Machine()
    collect = machine.task("collect")
    recommend = machine.task("refresh", "recommend", behind=collect)
    for minute in range(3):
        after(collect, minutes=minute)
        assert after(recommend, minutes=minute) == LONGEST_WAIT
    machine.end(1)
    after(collect, minutes=3)
    after(recommend, minutes=3)
    assert machine.names == ["collect", "refresh recommend"]
    after(collect, minutes=20)  # while services are still asked
    assert machine.names[2:] == ["collect"]


def test_a_failed_run_is_reported() -> None:
    machine = Machine()
    task = machine.task("collect")
    for minutes, status in ((0, 0), (20, 1), (40, 78), (60, -9), (80, 2), (100, 0)):
        after(task, minutes=minutes)
        machine.end(status)
        after(task, minutes=minutes + 1)
    assert machine.lines == [
        "collect: exit status 1 (see above); the next run is at 12:40 UTC",
        "collect: exit status 78 (a setting is wrong, see above); the next run is at 13:00 UTC",
        "collect: ended by SIGKILL; the next run is at 13:20 UTC",
        "collect: exit status 2 (it failed unexpectedly, see above); the next run is at 13:40 UTC",
    ]


def test_a_hanging_run_is_ended_and_the_next_one_starts() -> None:
    machine = Machine()
    task = machine.task("collect")
    after(task)
    machine.seconds_passed = LONGEST_RUN
    after(task, hours=6)
    assert machine.runs[0].terminations == 0
    machine.seconds_passed += 1
    after(task, hours=6, seconds=1)
    assert (machine.runs[0].terminations, machine.runs[0].killed) == (1, False)
    machine.seconds_passed += GRACE
    after(task, hours=6, seconds=46)
    assert machine.runs[0].killed
    machine.end(-9)
    after(task, hours=6, seconds=47)
    assert len(machine.runs) == 2


@pytest.mark.parametrize("days", [-2, 2])
def test_a_clock_that_is_set_neither_ends_a_run_early_nor_lets_it_run_for_ever(days: int) -> None:
    machine = Machine()
    task = machine.task("collect")
    after(task)
    machine.seconds_passed = 60
    after(task, days=days, minutes=1)
    assert (machine.runs[0].terminations, machine.runs[0].killed) == (0, False)
    machine.seconds_passed = LONGEST_RUN + 1
    after(task, days=days, hours=6, seconds=1)
    assert machine.runs[0].terminations == 1
