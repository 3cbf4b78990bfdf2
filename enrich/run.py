"""One run of asking services: how much of each may still be asked, and what became of it."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Protocol

from db.collecting.circuit_breaker import blocked_until, record_failure, record_success
from db.collecting.lookup_state import answered_since, lightly
from db.collecting.provider_cache import missing_or_expired, own_missing_or_expired, store, store_own
from db.engine.cipher import WrongKey
from metadata.errors import ServiceDown, ServiceError, ServiceRefused
from metadata.services import Services
from spotify.errors import NotAvailable, NotFound, OurMistake, SpotifyError

URIS = "uris"
NAMES = {
    "listenbrainz": "ListenBrainz",
    "musicbrainz": "MusicBrainz",
    "lastfm": "Last.fm",
    "reccobeats": "ReccoBeats",
    "spotify": "Spotify",
}
# Answers a night, of all accounts together. Spotify has its own budget (connect/call_budget.py).
# `uris` are questions to ListenBrainz about a hundred tracks each; they are counted by the run.
A_NIGHT = {"musicbrainz": 60, "listenbrainz": 400, "lastfm": 400, "reccobeats": 60, URIS: 100}
NIGHT = timedelta(hours=20)  # shorter than a day, so that a run that begins a little earlier is not cut short
LONGEST = timedelta(minutes=10)  # of a run
ODD = timedelta(days=1)  # how long an answer that cannot be read counts as none
Clock = Callable[[], datetime]
Ask = Callable[[str], Any]


class Progress(Protocol):
    """What people see of it."""

    def plan(self, questions: int) -> None:
        """So many more are to be asked; fewer where it is negative."""

    def asked(self, name: str) -> None:
        """A service was asked one of them."""


@dataclass
class Tally:
    """Of one service: questions with their keys, wanted, asked and known already, and what went wrong last."""

    wanted: set[tuple[str, str]] = field(default_factory=set)
    asked: set[tuple[str, str]] = field(default_factory=set)
    known: set[tuple[str, str]] = field(default_factory=set)
    trouble: str = ""
    refused: bool = False


@dataclass(frozen=True, slots=True)
class Report:
    """What became of asking one service, and the line about it for a person."""

    service: str
    message: str
    needs_a_person: bool = False

    def __str__(self) -> str:
        return f"{NAMES[self.service]}: {self.message}"


@dataclass
class Run:
    services: Services
    now: Clock
    progress: Progress
    tallies: dict[str, Tally] = field(default_factory=dict)
    left: Counter[str] = field(default_factory=Counter)  # questions of each service, tonight
    room: Counter[str] = field(default_factory=Counter)  # likewise, of them for the account whose turn it is
    stopped: set[str] = field(default_factory=set)  # services that are not asked again in this run
    pausing: set[str] = field(default_factory=set)  # likewise for this account

    def __post_init__(self) -> None:
        self.until = self.now() + LONGEST
        used = answered_since(self.now() - NIGHT)
        self.left.update({service: max(most - used.get(service, 0), 0) for service, most in A_NIGHT.items()})

    @property
    def is_over(self) -> bool:
        return self.now() >= self.until

    def begin(self, accounts_left: int) -> None:
        """Another account's turn: it may use its share of what is left for tonight, and others what it does not use."""
        for service, left in self.left.items():
            self.room[service] = -(-left // accounts_left)
        self.pausing.clear()

    def take(self, service: str) -> None:
        """One question less for tonight."""
        self.left[service] -= 1
        self.room[service] -= 1

    def goes_on(self, service: str) -> bool:
        if self.is_over or service in self.stopped | self.pausing:
            return False
        return service == "spotify" or blocked_until(service, self.now()) is None

    def ask_each(
        self, service: str, question: str, keys: Sequence[str], ask: Ask, account_id: int | None = None
    ) -> None:
        """Ask about each key of which nothing fresh is cached, and store each answer at once.

        With `account_id` it is asked for that account alone. What goes wrong is kept in the tally.
        """
        due = self._due(service, question, keys, account_id)
        tally = self.tallies.setdefault(service, Tally())
        tally.wanted.update((question, key) for key in keys)
        tally.known.update((question, key) for key in set(keys) - set(due))
        planned = due if service == "spotify" else due[: self.room[service]]
        self.progress.plan(len(planned))
        before = len(tally.asked)
        for key in planned:
            if not self.goes_on(service) or not self._ask(service, question, key, ask, account_id):
                break
        self.progress.plan(len(tally.asked) - before - len(planned))

    def _due(self, service: str, question: str, keys: Sequence[str], account_id: int | None) -> list[str]:
        if account_id is None:
            return missing_or_expired(question, keys, service, self.now())
        return own_missing_or_expired(account_id, question, keys, service, self.now())

    def _ask(self, service: str, question: str, key: str, ask: Ask, account_id: int | None) -> bool:
        """Whether it makes sense to go on with the next key."""
        self.take(service)
        lasting = None
        try:
            payload = ask(key)
        except NotFound:
            payload = []
        except OurMistake as error:  # one odd answer must not be asked for again and again
            payload, lasting = [], ODD
            self.tallies[service].trouble = str(error)
        except (ServiceError, SpotifyError, WrongKey) as error:
            return self.failed(service, error)
        with lightly():
            if service != "spotify":
                record_success(service, self.now())
            self._store(service, question, key, payload, lasting, account_id)
        self.tallies[service].asked.add((question, key))
        self.progress.asked(NAMES[service])
        return True

    def _store(
        self, service: str, question: str, key: str, payload: Any, lasting: timedelta | None, account_id: int | None
    ) -> None:
        if account_id is None:
            store(question, key, service, payload, self.now(), lasting)
        else:
            store_own(account_id, question, key, service, payload, self.now(), lasting)

    def failed(self, service: str, error: Exception) -> bool:
        """Remember it, and say whether the same question about another key makes sense."""
        tally = self.tallies.setdefault(service, Tally())
        tally.trouble = str(error)
        if isinstance(error, ServiceError):
            until = error.until if isinstance(error, ServiceDown) else None
            record_failure(service, str(error), self.now(), until)
            if isinstance(error, ServiceRefused):
                tally.refused = True
                self.stopped.add(service)
            return isinstance(error, ServiceDown)
        if not isinstance(error, NotAvailable):  # which is about one endpoint; others may answer
            self.pausing.add(service)
        return False

    def reports(self) -> list[Report]:
        """Of every service that anything was wanted of, by name."""
        return [self._report(service, tally) for service, tally in sorted(self.tallies.items()) if tally.wanted]

    def _report(self, service: str, tally: Tally) -> Report:
        parts = [f"{len(tally.asked)} asked, {len(tally.known - tally.asked)} known"]
        left = tally.wanted - tally.asked - tally.known
        if left:
            parts.append(f"{len(left)} left for another night")
        if tally.trouble:
            parts.append(tally.trouble.rstrip("."))
        until = blocked_until(service, self.now())
        if until is not None:
            parts.append(f"blocked until {until:%Y-%m-%d %H:%M} UTC")
        return Report(service, "; ".join(parts), tally.refused)
