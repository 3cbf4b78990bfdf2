"""The possible outcomes of a poll of recently-played."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Outcome(StrEnum):
    COLLECTED = "collected"
    BUSY = "busy"
    TRY_LATER = "try_later"
    RECONNECT = "reconnect"
    NOT_AVAILABLE = "not_available"
    FAILED = "failed"
    PAUSED = "paused"


@dataclass(frozen=True, slots=True)
class Report:
    """The outcome of one account's run, and the line about it for people.

    `last_played_at` is the newest play that Spotify showed, `try_again_at` when Spotify accepts calls again.
    """

    username: str
    outcome: Outcome
    message: str
    last_played_at: datetime | None = None
    try_again_at: datetime | None = None

    @property
    def needs_a_person(self) -> bool:
        return self.outcome in {Outcome.RECONNECT, Outcome.NOT_AVAILABLE, Outcome.FAILED}

    def __str__(self) -> str:
        return f"{self.username}: {self.message}"
