"""When jobs run: never beside themselves, made up once if missed, and bounded. The clock is the test's."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from collect.schedule import At, Every, Job
from collect.scheduler import GRACE, LONGEST, LOOK, Run, Task

NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
TIMES = At(frozenset({0, 20, 40}), frozenset(range(24)))


@dataclass
class Process:
    """A run as the test says that it goes."""

    exitcode: int | None = None
    sentinel: int = 0
    asked_to_end: int = 0
    killed: bool = False

    def terminate(self) -> None:
        self.asked_to_end += 1

    def kill(self) -> None:
        self.killed = True

    def join(self, timeout: float | None = None) -> None:
        """It has."""


@dataclass
class Machine:
    """Starts runs, and hears what is told of them."""

    runs: list[Process] = field(default_factory=list)
    names: list[str] = field(default_factory=list)
    told: list[str] = field(default_factory=list)

    def start(self, job: Job) -> Run:
        self.runs.append(Process())
        self.names.append(job.name)
        return self.runs[-1]

    def task(self, *arguments: str, behind: Task | None = None) -> Task:
        return Task(Job(arguments, TIMES), self.start, self.told.append, NOON, behind)

    def end(self, status: int = 0) -> None:
        self.runs[-1].exitcode = status


def after(task: Task, **time: float) -> int:
    """How long it waits then, after what was due was done."""
    now = NOON + timedelta(**time)
    task.step(now)
    return round(task.seconds(now))


def test_it_runs_at_once_and_then_by_its_times() -> None:
    machine = Machine()
    task = machine.task("collect")
    began = []
    for minute in range(61):
        task.step(NOON + timedelta(minutes=minute, seconds=5))
        if machine.runs[-1].exitcode is None:
            began.append(minute)
            machine.end()
    assert (began, machine.told) == ([0, 20, 40, 60], [])


def test_a_run_that_takes_longer_is_never_met_by_another_and_what_was_missed_runs_once() -> None:
    machine = Machine()
    task = machine.task("collect")
    for minute in range(65):
        assert after(task, minutes=minute) == LOOK
    assert len(machine.runs) == 1
    machine.end()
    after(task, minutes=65)
    machine.end()
    after(task, minutes=66)
    assert len(machine.runs) == 2  # three were missed
    after(task, minutes=80)
    assert len(machine.runs) == 3


def test_after_a_sleep_of_the_machine_it_runs_once() -> None:
    machine = Machine()
    task = machine.task("collect")
    after(task)
    machine.end()
    assert after(task, minutes=1) == LOOK
    after(task, hours=9)
    machine.end()
    assert after(task, hours=9, minutes=19, seconds=50) == 10
    assert len(machine.runs) == 2


def test_a_clock_that_was_wrong_delays_nothing_for_long() -> None:
    machine = Machine()
    task = machine.task("collect")
    after(task, days=400)
    machine.end()
    after(task, minutes=1)
    after(task, minutes=20)
    assert len(machine.runs) == 2
    every = Task(Job((), Every(timedelta(hours=1))), machine.start, machine.told.append, NOON + timedelta(days=400))
    every.step(NOON)
    assert every.due == NOON + timedelta(hours=1)


def test_first_runs_are_in_order_and_later_ones_by_themselves() -> None:
    machine = Machine()
    collect = machine.task("collect")
    recommend = machine.task("refresh", "recommend", behind=collect)
    for minute in range(3):
        after(collect, minutes=minute)
        assert after(recommend, minutes=minute) == LOOK
    machine.end(1)
    after(collect, minutes=3)
    after(recommend, minutes=3)
    assert machine.names == ["collect", "refresh recommend"]
    after(collect, minutes=20)  # while services are still asked
    assert machine.names[2:] == ["collect"]


def test_how_a_run_ended_is_told_unless_it_was_well() -> None:
    machine = Machine()
    task = machine.task("collect")
    for minutes, status in ((0, 0), (20, 1), (40, 78), (60, -9), (80, 2), (100, 0)):
        after(task, minutes=minutes)
        machine.end(status)
        after(task, minutes=minutes + 1)
    assert machine.told == [
        "collect: exit status 1 (see above); the next run is at 12:40 UTC",
        "collect: exit status 78 (a setting is wrong, see above); the next run is at 13:00 UTC",
        "collect: ended by SIGKILL; the next run is at 13:20 UTC",
        "collect: exit status 2 (it failed unexpectedly, see above); the next run is at 13:40 UTC",
    ]


def test_a_run_that_hangs_is_ended_and_the_next_one_begins() -> None:
    machine = Machine()
    task = machine.task("collect")
    after(task)
    task.step(NOON + LONGEST)
    assert machine.runs[0].asked_to_end == 0
    task.step(NOON + LONGEST + timedelta(seconds=1))
    assert (machine.runs[0].asked_to_end, machine.runs[0].killed) == (1, False)
    task.step(NOON + LONGEST + GRACE + timedelta(seconds=1))
    assert machine.runs[0].killed
    machine.end(-9)
    task.step(NOON + LONGEST + GRACE + timedelta(seconds=2))
    assert len(machine.runs) == 2
