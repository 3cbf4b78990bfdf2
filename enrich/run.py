"""One enrichment run: how many lookups each service has left tonight, and the results."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from typing import Any, TypeVar

from db.collecting.circuit_breaker import blocked_until, record_failure, record_success
from db.collecting.lookup_state import answered_since, lightly
from db.collecting.provider_cache import missing_or_expired, own_missing_or_expired, store, store_own
from db.engine.cipher import WrongKey
from enrich.progress import LookupProgress
from metadata.errors import ServiceDown, ServiceError, ServiceRefused
from metadata.lookups import SPOTIFY_URIS, Lookup
from metadata.services import MUSIC_SERVICES, SPOTIFY, Services, shown_name
from spotify.errors import NotAvailable, NotFound, OurMistake, SpotifyError

# Answers a night, for all accounts together. Spotify has a budget of its own (connect/call_budget.py); lookups of
# Spotify URIs cover a hundred tracks each and have a limit of their own.
A_NIGHT = {SPOTIFY_URIS: 100, **{service.name: service.answers_a_night for service in MUSIC_SERVICES}}
NIGHT = timedelta(hours=20)  # shorter than a day, so that a run that begins a little earlier is not cut short
LONGEST = timedelta(minutes=10)  # of a run
UNREADABLE = timedelta(days=1)  # how long an unreadable answer counts as an empty one
Clock = Callable[[], datetime]
Ask = Callable[[str], Any]
Subject = TypeVar("Subject")


@dataclass
class Tally:
    """For one service: the lookups (question and key) that were wanted, made and already cached, and the last error."""

    wanted: set[tuple[str, str]] = field(default_factory=set)
    looked_up: set[tuple[str, str]] = field(default_factory=set)
    cached: set[tuple[str, str]] = field(default_factory=set)
    trouble: str = ""
    refused: bool = False


@dataclass(frozen=True, slots=True)
class Report:
    """What a run got from one service, with the line about it for people."""

    service: str
    message: str
    needs_a_person: bool = False

    def __str__(self) -> str:
        return f"{shown_name(self.service)}: {self.message}"


def _ask_about(lookup: Lookup[Subject], subjects: Mapping[str, Subject], key: str) -> Any:
    return lookup.ask(subjects[key])


@dataclass
class Run:
    services: Services
    now: Clock
    progress: LookupProgress
    tallies: dict[str, Tally] = field(default_factory=dict)
    left_tonight: Counter[str] = field(default_factory=Counter)  # lookups, by service
    left_for_account: Counter[str] = field(default_factory=Counter)  # of those, for the account whose turn it is
    stopped: set[str] = field(default_factory=set)  # services that this run leaves alone from now on
    pausing: set[str] = field(default_factory=set)  # services that this account's turn leaves alone from now on

    def __post_init__(self) -> None:
        self.until = self.now() + LONGEST
        used = answered_since(self.now() - NIGHT)
        self.left_tonight.update({service: max(most - used.get(service, 0), 0) for service, most in A_NIGHT.items()})

    @property
    def is_over(self) -> bool:
        return self.now() >= self.until

    def begin_account(self, accounts_left: int) -> None:
        """Give the next account its share of what is left tonight; what it does not use goes to the others."""
        for service, left in self.left_tonight.items():
            self.left_for_account[service] = -(-left // accounts_left)
        self.pausing.clear()

    def count(self, service: str) -> None:
        """Use up one lookup of tonight's."""
        self.left_tonight[service] -= 1
        self.left_for_account[service] -= 1

    def is_available(self, service: str) -> bool:
        if self.is_over or service in self.stopped | self.pausing:
            return False
        return service == SPOTIFY or blocked_until(service, self.now()) is None

    def look_up(
        self,
        question: str,
        subjects: Mapping[str, Subject],
        account_id: int | None = None,
        gaps: Callable[[str], Sequence[str]] | None = None,
    ) -> None:
        """Ask each service that answers `question` about the subjects it covers, which are named by their cache keys.

        `gaps` returns the keys that no other service than the named one has an answer for.
        """
        for service, lookup in self.services.lookups(question):
            keys = gaps(service) if gaps and lookup.only_gaps else list(subjects)
            covered = [key for key in keys if lookup.covers(subjects[key])]
            self.ask_each(service, question, covered, partial(_ask_about, lookup, subjects), account_id)

    def ask_each(
        self, service: str, question: str, keys: Sequence[str], ask: Ask, account_id: int | None = None
    ) -> None:
        """Ask about each key that has no fresh answer in the cache, and store each answer at once.

        With `account_id` the answers belong to that account alone. Errors are kept in the tally.
        """
        due = self._due(service, question, keys, account_id)
        tally = self.tallies.setdefault(service, Tally())
        tally.wanted.update((question, key) for key in keys)
        tally.cached.update((question, key) for key in set(keys) - set(due))
        planned = due if service == SPOTIFY else due[: self.left_for_account[service]]
        self.progress.plan(len(planned))
        before = len(tally.looked_up)
        for key in planned:
            if not self.is_available(service) or not self._ask(service, question, key, ask, account_id):
                break
        self.progress.plan(len(tally.looked_up) - before - len(planned))

    def _due(self, service: str, question: str, keys: Sequence[str], account_id: int | None) -> list[str]:
        if account_id is None:
            return missing_or_expired(question, keys, service, self.now())
        return own_missing_or_expired(account_id, question, keys, service, self.now())

    def _ask(self, service: str, question: str, key: str, ask: Ask, account_id: int | None) -> bool:
        """Return whether it makes sense to go on with the next key."""
        self.count(service)
        lifetime = None
        try:
            payload = ask(key)
        except NotFound:
            payload = []
        except OurMistake as error:  # one unreadable answer must not be requested again and again
            payload, lifetime = [], UNREADABLE
            self.tallies[service].trouble = str(error)
        except (ServiceError, SpotifyError, WrongKey) as error:
            return self.failed(service, error)
        with lightly():
            if service != SPOTIFY:
                record_success(service, self.now())
            self._store(service, question, key, payload, lifetime, account_id)
        self.tallies[service].looked_up.add((question, key))
        self.progress.answered_by(shown_name(service))
        return True

    def _store(
        self, service: str, question: str, key: str, payload: Any, lifetime: timedelta | None, account_id: int | None
    ) -> None:
        if account_id is None:
            store(question, key, service, payload, self.now(), lifetime)
        else:
            store_own(account_id, question, key, service, payload, self.now(), lifetime)

    def failed(self, service: str, error: Exception) -> bool:
        """Record the error, and return whether the same question about another key makes sense."""
        tally = self.tallies.setdefault(service, Tally())
        tally.trouble = str(error)
        if isinstance(error, ServiceError):
            until = error.until if isinstance(error, ServiceDown) else None
            record_failure(service, str(error), self.now(), until)
            if isinstance(error, ServiceRefused):
                tally.refused = True
                self.stopped.add(service)
            return isinstance(error, ServiceDown)
        if not isinstance(error, NotAvailable):  # which concerns one endpoint; others may answer
            self.pausing.add(service)
        return False

    def reports(self) -> list[Report]:
        """One for each service that a lookup was wanted from, by name."""
        return [self._report(service, tally) for service, tally in sorted(self.tallies.items()) if tally.wanted]

    def _report(self, service: str, tally: Tally) -> Report:
        parts = [f"{len(tally.looked_up)} looked up, {len(tally.cached - tally.looked_up)} cached"]
        left = tally.wanted - tally.looked_up - tally.cached
        if left:
            parts.append(f"{len(left)} left for another night")
        if tally.trouble:
            parts.append(tally.trouble.rstrip("."))
        until = blocked_until(service, self.now())
        if until is not None:
            parts.append(f"blocked until {until:%Y-%m-%d %H:%M} UTC")
        return Report(service, "; ".join(parts), tally.refused)
