"""What goes wrong for the accounts of one developer: a machine that is off, a wrong clock, refusals, kills."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from benchmarks.live_days.chance import Chance
from demo.fake_wire import Answer, json_answer

DAY, HOUR, SECOND = timedelta(days=1), timedelta(hours=1), timedelta(seconds=1)
OFF_EVERY, CLOCK_EVERY, REFUSED_EVERY = 25, 12, 4  # days, on average
SKEWS = (0, 0, 0, 3, -3, 45, -45, 600, -600, 3_600, -3_600)  # seconds by which the machine's clock is ahead
LIVE, RECENT = "/v1/me/player/currently-playing", "/v1/me/player/recently-played"


@dataclass(frozen=True, slots=True)
class Off:
    """No program runs."""

    since: datetime
    until: datetime


@dataclass(frozen=True, slots=True)
class Refusal:
    at: datetime
    path: str
    answer: Answer


def _limited(seconds: int, *, quota: bool) -> Answer:
    error = {"status": 429, "message": "Too many requests", **({"reason": "QUOTA_EXCEEDED"} if quota else {})}
    return json_answer(429, {"error": error}, retry_after=str(seconds))


ANSWERS: tuple[tuple[Callable[[Chance], Answer], int], ...] = (
    (lambda _: _limited(2, quota=False), 8),
    (lambda rng: _limited(rng.randint(90, 3_600), quota=False), 4),
    (lambda rng: _limited(rng.randint(21_600, 86_400), quota=True), 2),
    (lambda _: json_answer(502, {"error": {"status": 502, "message": "Bad gateway"}}), 6),
)


class Troubles:
    """The troubles, which depend only on the seed; `often` times as many as usual."""

    def __init__(self, seed: int, since: datetime, days: int, often: int) -> None:
        self._often = often
        self.rng = Chance(f"troubles {seed}")
        self._since, self._until = since, since + days * DAY
        self.off = [Off(at, at + self.rng.uniform(0.1, 36 / self._often) * HOUR) for at in self._moments(OFF_EVERY)]
        self.skews = [(at, self.rng.choice(SKEWS) * SECOND) for at in self._moments(CLOCK_EVERY)]
        self.refusals = [self._refusal(at) for at in self._moments(REFUSED_EVERY)]

    def _moments(self, every: int) -> Iterator[datetime]:
        at = self._since
        while (at := at + self.rng.expovariate(self._often / every) * DAY) < self._until:
            yield at

    def _refusal(self, at: datetime) -> Refusal:
        kinds, weights = zip(*ANSWERS, strict=True)
        (kind,) = self.rng.choices(kinds, weights)
        return Refusal(at, self.rng.choice([LIVE, LIVE, RECENT]), kind(self.rng))

    def off_until(self, now: datetime) -> datetime | None:
        """When the machine is on again; None if it is on."""
        while self.off and self.off[0].until <= now:
            del self.off[0]
        return self.off[0].until if self.off and self.off[0].since <= now else None

    def skew(self, now: datetime) -> timedelta:
        while len(self.skews) > 1 and self.skews[1][0] <= now:
            del self.skews[0]
        return self.skews[0][1] if self.skews and self.skews[0][0] <= now else timedelta()

    def due_refusals(self, now: datetime) -> list[Refusal]:
        due = [refusal for refusal in self.refusals if refusal.at <= now]
        del self.refusals[: len(due)]
        return due
