"""The programs and the simulated Spotify of one developer's accounts, in simulated time."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TypeVar

from benchmarks.live_days.breaking import Breaking, broken
from benchmarks.live_days.chance import Chance
from benchmarks.live_days.troubles import Troubles
from connect.apps import Apps
from connect.call_budget import LIVE_CALLS_A_DAY
from connect.connecting import Connecting
from connect.session import Spotify
from db.collecting.quota import LIVE_GROUP
from db.engine.cipher import Cipher
from db.engine.connection import connected, database
from demo.fake_spotify import FakeSpotify
from people.accounts import Account, account_named
from spotify.http import Http
from tests.fake import CATALOGUE, REDIRECT_URI, Clock, transport

BROKEN = 0.01  # the share of looks and polls that a kill or the end of a connection ends
STATEMENTS = 60  # more than most take, so that some end before their kill comes
NEARLY = 0.9  # of the budget of live collecting: from there on, every call is made
COUNT = """
    INSERT INTO quota_hour VALUES (%s, %s, date_trunc('hour', %s), %s)
    ON CONFLICT (developer, endpoint_group, hour) DO UPDATE SET calls = quota_hour.calls + excluded.calls
"""
HOUR = timedelta(hours=1)
TROUBLED = timedelta(minutes=30)  # after a refusal, nothing is taken for granted
Result = TypeVar("Result")


@dataclass
class Instance:
    """`clock` is Spotify's; the machine's may be wrong. Things go wrong `often` times as often as usual."""

    seed: int
    since: datetime
    days: int
    often: int = 1
    troubled_until: datetime = field(init=False)

    def __post_init__(self) -> None:
        self.rng = Chance(f"instance {self.seed}")
        self.troubles, self.clock = Troubles(self.seed, self.since, self.days, self.often), Clock(self.since)
        self.fake = FakeSpotify(CATALOGUE, self.clock, client_id=f"app{self.seed}")
        apps = Apps(
            Cipher("k" * 32), REDIRECT_URI, client_id=self.fake.client_id, client_secret=self.fake.client_secret
        )
        self.spotify = Spotify(apps, Http(transport(self.fake), lambda _: None), self.machine)
        self.troubled_until, self.breaks, self.uncounted = self.since, 0, 0
        self.live_calls: Counter[datetime] = Counter()  # by hour
        self.earlier_calls: tuple[datetime, int] = self.since, 0

    def machine(self) -> datetime:
        """The time on the machine's clock."""
        return self.clock.now + self.troubles.skew(self.clock.now)

    def connect(self, username: str) -> None:
        connecting = Connecting(self.spotify.apps, self.spotify.http, self.machine)
        consent = connecting.start(username)
        connecting.finish(username, self.fake.consent(consent.url, username), consent.state, consent.verifier)

    def refuse_what_is_due(self) -> None:
        for refusal in self.troubles.due_refusals(self.clock.now):
            self.fake.refuse(refusal.answer, refusal.path, times=4 if refusal.answer.status == 502 else 1)

    @property
    def is_troubled(self) -> bool:
        return bool(self.fake.queued) or self.clock.now < self.troubled_until

    def note_trouble(self, until: datetime) -> None:
        self.troubled_until = max(self.troubled_until, until + TROUBLED)

    @property
    def has_budget(self) -> bool:
        hour = _hour(self.clock.now)
        if self.earlier_calls[0] != hour:
            self.earlier_calls = hour, sum(self.live_calls[hour - number * HOUR] for number in range(1, 26))
        return self.earlier_calls[1] + self.live_calls[hour] < LIVE_CALLS_A_DAY * NEARLY

    def called(self, at: datetime, times: int) -> None:
        """Count calls that live collecting has made."""
        self.live_calls[_hour(at)] += times

    def count_later(self) -> None:
        """Count a call of live collecting that was left out."""
        self.uncounted += 1

    def store_counts(self) -> None:
        if self.uncounted:
            with connected():
                database.execute_sql(COUNT, (self.fake.client_id, LIVE_GROUP, self.machine(), self.uncounted))
            self.uncounted = 0

    def run(self, work: Callable[[Account], Result], username: str) -> Result | None:
        """The result of a program's work for an account; None if it was killed or lost its connection."""
        if self.rng.random() >= BROKEN * self.often:
            return work(self.account(username))
        account, done = self.account(username), list[Result]()
        with broken(self.rng.choice(["killed", "dropped"]), self.rng.randrange(STATEMENTS)):
            done.append(work(account))
        self.breaks += Breaking.was_broken
        return None if Breaking.was_broken or not done else done[0]

    def account(self, username: str) -> Account:
        self.fake.requests.clear()
        with connected():
            return account_named(username)


def _hour(at: datetime) -> datetime:
    return at.replace(minute=0, second=0, microsecond=0)
