"""Parse the dates of Last.fm and its exporters: in UTC, with English months, mostly to the minute."""

import re
from datetime import UTC, datetime

MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
SPELLED = re.compile(r"(\d{1,2}) ([A-Za-z]{3})[a-z]* (\d{4}),? (\d{1,2}):(\d\d)(?::(\d\d))?", re.ASCII)
ISO = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d)?Z?", re.ASCII)


def is_date(value: str) -> bool:
    return seconds_of(value) is not None


def seconds_of(value: str) -> int | None:
    """Seconds since 1970; None if it is not a date."""
    try:
        moment = _spelled(value.strip()) or _iso(value.strip())
    except ValueError:
        return None
    return None if moment is None else int(moment.timestamp())


def has_no_seconds(value: str) -> bool:
    return value.count(":") < 2


def _spelled(value: str) -> datetime | None:
    match = SPELLED.fullmatch(value)
    if match is None:
        return None
    day, month, year, hour, minute, second = match.groups()
    return datetime(
        int(year), MONTHS.index(month.lower()) + 1, int(day), int(hour), int(minute), int(second or 0), tzinfo=UTC
    )


def _iso(value: str) -> datetime | None:
    return datetime.fromisoformat(value.removesuffix("Z")).replace(tzinfo=UTC) if ISO.fullmatch(value) else None
