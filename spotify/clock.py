"""Check this machine's clock against the date of Spotify's answers."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

TOLERATED = timedelta(minutes=5)  # covers the time an answer takes, and inaccuracy of Spotify's clock
UNNOTICED = timedelta(seconds=2)  # a Date has whole seconds, and its answer takes a while
UNITS = (("day", 86400), ("hour", 3600), ("minute", 60))  # seconds


def http_date(text: str) -> datetime | None:
    """Parse a date in a header; None if it is missing or invalid."""
    try:
        date = parsedate_to_datetime(text)
    except (TypeError, ValueError):
        return None
    # HTTP dates are in UTC (RFC 9110, 5.6.7).
    return date if date.tzinfo else date.replace(tzinfo=UTC)


def clock_ahead(headers: Mapping[str, str], now: datetime) -> timedelta:
    """How far `now` is ahead of the Date of an answer that just arrived; zero if that is too little to measure.

    Header names must be in lower case.
    """
    date = http_date(headers.get("date", ""))
    ahead = now - date if date else timedelta()
    return ahead if abs(ahead) > UNNOTICED else timedelta()


def clock_warning(headers: Mapping[str, str], now: datetime) -> str:
    """A sentence if `now` is too far from the Date of an answer that just arrived, otherwise empty.

    Header names must be in lower case. Days of listening, the end of a consent and the validity of certificates depend
    on this clock.
    """
    return warning_of(clock_ahead(headers, now))


def warning_of(ahead: timedelta) -> str:
    """A sentence if this machine's clock is too far ahead of Spotify's, or behind it; otherwise empty."""
    if abs(ahead) <= TOLERATED:
        return ""
    direction = "ahead of" if ahead > timedelta() else "behind"
    return f"This machine's clock is {_in_words(abs(ahead))} {direction} Spotify's: correct it, preferably with NTP."


def _in_words(time: timedelta) -> str:
    """A duration in the largest unit that fits, such as "3 hours"."""
    unit, seconds = next((unit, seconds) for unit, seconds in UNITS if time.total_seconds() >= seconds)
    count = round(time.total_seconds() / seconds)
    return f"{count} {unit}{'' if count == 1 else 's'}"
