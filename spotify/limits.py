"""Read rate limits: a 429 asks for a short wait, or blocks a group of endpoints until a time to remember."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from spotify.clock import http_date
from spotify.errors import Blocked, TryLater
from spotify.refusals import parsed, reason

SHORT = timedelta(seconds=60)  # a longer Retry-After is not waited out
LONGEST = timedelta(days=30)  # a longer Retry-After is taken as invalid: the longest ever seen is a day
UNKNOWN = timedelta(minutes=5)  # for a 429 that does not say how long
DAY = timedelta(days=1)  # how long an exhausted quota lasts if Spotify does not say (it counts by rolling days)


@dataclass(frozen=True, slots=True)
class Limit:
    """`wait` is None if Spotify gives no valid time; `quota` is whether the daily quota is used up."""

    wait: timedelta | None
    quota: bool

    @property
    def is_short(self) -> bool:
        return not self.quota and self.wait is not None and self.wait <= SHORT

    def refusal(self, endpoint_group: str, now: datetime) -> TryLater:
        """Blocked if the group must not be called from now on, otherwise a TryLater that need not be stored."""
        if not self.quota and (self.wait is None or self.is_short):
            cause = "Spotify is busy (429)"
            return TryLater(f"{cause}; the next run tries again.", now + (self.wait or UNKNOWN), cause)
        reason = "the app's quota is used up" if self.quota else "too many requests"
        return Blocked(endpoint_group, now + (DAY if self.wait is None else self.wait), reason)


def read_limit(headers: Mapping[str, str], body: bytes, now: datetime) -> Limit:
    """The limit that a 429 states. Header names in lower case, or in a case-insensitive mapping."""
    return Limit(retry_after(headers.get("retry-after"), now), reason(parsed(body)) == "QUOTA_EXCEEDED")


def retry_after(value: str | None, now: datetime) -> timedelta | None:
    """The wait that a Retry-After asks for, in seconds or as a date; None if it is missing or invalid."""
    text = (value or "").strip()
    wait = _seconds(text) if text.isascii() and text.isdigit() else _until(text, now)
    return wait if wait is not None and wait <= LONGEST else None


def _seconds(digits: str) -> timedelta | None:
    return timedelta(seconds=int(digits)) if len(digits) < 10 else None


def _until(text: str, now: datetime) -> timedelta | None:
    date = http_date(text)
    return max(date - now, timedelta()) if date else None
