"""Call services within one run: their circuit breakers, the run's end, and how many calls each answered."""

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TypeVar

from connect.session import Spotify
from db.collecting.circuit_breaker import blocked_until, record_failure, record_success
from db.collecting.lookup_state import lightly
from db.enrichment.musicbrainz_dump import MusicBrainzDump
from metadata.errors import ServiceDown, ServiceError, ServiceRefused
from metadata.services import Services

LONGEST = timedelta(minutes=50)  # of a run; cron starts the next one each hour
Clock = Callable[[], datetime]
T = TypeVar("T")


@dataclass
class Calls:
    """`made` counts calls by service and question; `refused` has services that need a person, `broken` failed steps.

    `dump` is a copy of MusicBrainz' database, to read instead of calling it; `spotify` is None without a connected
    account. `only_full`: a call that can cover many things waits until there are enough. `remarks` are further remarks
    about services.
    """

    services: Services
    now: Clock
    longest: timedelta = LONGEST
    made: Counter[tuple[str, str]] = field(default_factory=Counter)
    troubles: dict[str, str] = field(default_factory=dict)
    refused: set[str] = field(default_factory=set)
    broken: set[str] = field(default_factory=set)
    only_full: bool = False
    dump: MusicBrainzDump | None = None
    spotify: Spotify | None = None
    remarks: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.until = self.now() + self.longest

    @property
    def is_over(self) -> bool:
        return self.now() >= self.until

    def is_available(self, service: str) -> bool:
        if self.is_over or service in self.refused:
            return False
        return blocked_until(service, self.now()) is None

    def ask(self, service: str, question: str, ask: Callable[[], T]) -> T | None:
        """The answer; None if the service cannot answer now. A failed call is not remembered as an answer."""
        self.made[service, question] += 1
        try:
            answer = ask()
        except ServiceError as error:
            self._failed(service, error)
            return None
        record_success(service, self.now())
        return answer

    def _failed(self, service: str, error: ServiceError) -> None:
        self.troubles[service] = str(error)
        record_failure(service, str(error), self.now(), error.until if isinstance(error, ServiceDown) else None)
        if isinstance(error, ServiceRefused):
            self.refused.add(service)


@contextmanager
def stored_at_once() -> Iterator[None]:
    """Store one answer and everything that follows from it: if a run is killed, all of that is stored, or nothing."""
    with lightly():
        yield
