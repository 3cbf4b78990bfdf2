"""Let the days of one developer's accounts pass: looks, polls, submissions, and listeners' choices."""

import heapq
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from itertools import count

from benchmarks.live_days.chance import Chance
from benchmarks.live_days.collecting import Collecting
from benchmarks.live_days.exporting import import_exports
from benchmarks.live_days.habits import Habits
from benchmarks.live_days.instance import Instance
from benchmarks.live_days.listening import DAY, Listening
from benchmarks.live_days.recently import Recently
from benchmarks.live_days.submitting import submissions
from benchmarks.live_days.truth import Truth
from db.account_changes.several import Changes, change_account
from db.engine.connection import connected
from db.people.accounts import ensure_accounts
from db.people.scan_modes import SCAN_MODES, set_scan_mode

HOUR = timedelta(hours=1)
CHOSEN_EVERY, PAUSED_EVERY = 12, 20  # days, on average
RETRY = 30 * timedelta(minutes=1)
Step = Callable[[datetime], datetime | None]  # does something; returns when to do it again


class Life:
    """One account: what is done for it, and what its listener does."""

    def __init__(self, instance: Instance, username: str, listening: Listening) -> None:
        self.instance, self.username, self.listening = instance, username, listening
        self.rng = Chance(f"choices {listening.seed}")
        self.recently, self.truth = Recently(listening), Truth(listening)
        self.submissions = submissions(listening)
        instance.fake.add_listener(username, self.recently.newest)
        instance.fake.player.play(username, listening.changes)
        self._begin(listening.habits)
        self.collecting = Collecting(instance, username, self.recently, self.truth)

    def _begin(self, habits: Habits) -> None:
        with connected():
            ensure_accounts([self.username], "Europe/Berlin")
            account = self.instance.account(self.username)
            set_scan_mode(account.id, habits.mode)
        self.instance.connect(self.username)

    def steps(self) -> list[tuple[datetime, Step]]:
        since, habits = self.instance.since, self.listening.habits
        chosen = [(since + self.rng.uniform(1, 9) * DAY, self.choose)] if habits.changes else []
        paused = [(since + self.rng.uniform(1, 9) * DAY, self.pause)] if habits.pauses else []
        submitted = [(self.submissions[0].at, self.submit)] if self.submissions else []
        every = timedelta(seconds=self.rng.uniform(0, 1200))
        return [(since, self.collecting.look), (since + every, self.collecting.poll), *chosen, *paused, *submitted]

    def choose(self, now: datetime) -> datetime:
        self.collecting.flush()
        with connected():
            set_scan_mode(self.collecting.account_id, self.rng.choice(SCAN_MODES))
        self.instance.connect(self.username)  # so that the mode is allowed
        self.collecting.reload()
        return now + self.rng.expovariate(1 / CHOSEN_EVERY) * DAY

    def pause(self, now: datetime) -> datetime:
        """Pause collecting, or go on with it."""
        self.collecting.flush()
        is_over, change = self.collecting.is_paused, "on" if self.collecting.is_paused else "paused"
        with connected():
            change_account(
                self.collecting.account_id, self.username, Changes(collecting=change), self.instance.machine()
            )
        self.collecting.reload()
        return now + (self.rng.expovariate(1 / PAUSED_EVERY) * DAY if is_over else self.rng.uniform(0.1, 60) * HOUR)

    def submit(self, now: datetime) -> datetime | None:
        submission = self.submissions[0]
        if self.instance.run(submission.send, self.username) is None:
            return now + RETRY
        self.truth.tell(submission.play, "submitted")
        del self.submissions[0]
        return max(self.submissions[0].at, now) if self.submissions else None

    def end(self) -> None:
        self.collecting.flush()
        if self.listening.habits.exports:
            import_exports(self.listening, self.truth, self.instance.account(self.username))


def live_through(seed: int, habits: Sequence[Habits], since: datetime, days: int, often: int = 1) -> list[Life]:
    """The accounts of a developer; things go wrong `often` times as often as usually."""
    instance = Instance(seed, since, days, often)
    lives = [
        Life(instance, f"listener{number}", Listening(each, since, days, number))
        for number, each in enumerate(habits, len(habits) * seed)
    ]
    _pass(instance, [step for life in lives for step in life.steps()], since + (days + 1) * DAY)
    for life in lives:
        life.end()
    return lives


def _pass(instance: Instance, steps: Sequence[tuple[datetime, Step]], until: datetime) -> None:
    order = count()
    due = [(at, next(order), step) for at, step in steps]
    heapq.heapify(due)
    while due and due[0][0] < until:
        at, _, step = heapq.heappop(due)
        instance.clock.now = at
        instance.refuse_what_is_due()
        again = instance.troubles.off_until(at) or step(at)
        if again is not None:
            heapq.heappush(due, (again, next(order), step))
