"""Whether this machine's clock is right, judged by the date of Spotify's answers."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

TOLERATED = timedelta(minutes=5)  # so much an answer may be on its way, and its server's clock be off
UNITS = (("day", 86400), ("hour", 3600), ("minute", 60))  # seconds


def http_date(text: str) -> datetime | None:
    """The instant that a date in a header means, None where it is absent or nonsense."""
    try:
        date = parsedate_to_datetime(text)
    except (TypeError, ValueError):
        return None
    # An HTTP date is in UTC whatever it says of zones (RFC 9110, 5.6.7).
    return date if date.tzinfo else date.replace(tzinfo=UTC)


def clock_warning(headers: Mapping[str, str], now: datetime) -> str:
    """A sentence where `now` is too far from the Date of an answer just given, else nothing.

    Header names in lower case. Listening is counted by day and a consent counted down by this clock, and
    certificates are good or not by it.
    """
    date = http_date(headers.get("date", ""))
    if date is None or abs(now - date) <= TOLERATED:
        return ""
    fast = now > date
    return (
        f"This machine's clock is {_said(abs(now - date))} {'fast' if fast else 'slow'} by Spotify's: set it right, "
        "best for good by NTP."
    )


def _said(time: timedelta) -> str:
    """In the largest unit that fits, as in "3 hours"."""
    unit, seconds = next(found for found in UNITS if time.total_seconds() >= found[1])
    count = round(time.total_seconds() / seconds)
    return f"{count} {unit}{'' if count == 1 else 's'}"
