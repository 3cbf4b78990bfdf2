"""The UTC offsets of a listener's clock over time, wherever they lived."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from functools import cache
from hashlib import blake2b
from typing import NamedTuple
from zoneinfo import ZoneInfo

from people.days import Zones

# There are no plays before 1970; after 2100, the last offset of each zone is assumed to last forever.
FIRST, LAST = datetime(1970, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)
DAY, SECOND = timedelta(days=1), timedelta(seconds=1)


class Shift(NamedTuple):
    """For since <= instant < until, local time was UTC plus `ahead`."""

    since: datetime
    until: datetime
    ahead: timedelta


def shifts(zones: Zones, start: datetime, end: datetime) -> list[Shift]:
    """The stretches that make up start <= instant < end, in order; none of them is empty."""
    stretches: list[Shift] = []
    for place, (since, zone) in enumerate(zones.moves):  # newest first; the last one also applies before
        from_here = start if place == len(zones.moves) - 1 else max(start, since)
        if from_here < end:
            stretches = [*_of_zone(zone, from_here, end), *stretches]
            end = from_here
    return stretches


def fingerprint(stretches: Sequence[Shift]) -> str:
    """A hash of the clock, whatever its zones are called; it changes if the rules of a zone change."""
    text = repr([(stretch.since.timestamp(), stretch.ahead.total_seconds()) for stretch in stretches])
    return blake2b(text.encode(), digest_size=16).hexdigest()


def _of_zone(zone: str, start: datetime, end: datetime) -> list[Shift]:
    changes = _changes(zone)
    ends = [*(since for since, _ in changes[1:]), end]
    pieces = [
        Shift(max(since, start) if place else start, min(until, end), ahead)
        for place, ((since, ahead), until) in enumerate(zip(changes, ends, strict=True))
    ]
    last = pieces[-1]
    return [piece for piece in (*pieces[:-1], last._replace(until=end)) if piece.since < piece.until]


@cache
def _changes(zone: str) -> tuple[tuple[datetime, timedelta], ...]:
    """The offsets of a zone, and when each began. Searches day by day, because zoneinfo does not list transitions."""
    place = ZoneInfo(zone)
    offsets = [(FIRST, _ahead(place, FIRST))]
    for day in range((LAST - FIRST).days):
        before, after = FIRST + day * DAY, FIRST + (day + 1) * DAY
        if _ahead(place, after) != offsets[-1][1]:
            offsets.append((_change(place, before, after), _ahead(place, after)))
    return tuple(offsets)


def _ahead(place: ZoneInfo, instant: datetime) -> timedelta:
    return instant.astimezone(place).utcoffset() or timedelta(0)


def _change(place: ZoneInfo, before: datetime, after: datetime) -> datetime:
    """The first second with the offset that applies at `after`."""
    while after - before > SECOND:
        middle = before + (after - before) // SECOND // 2 * SECOND
        if _ahead(place, middle) == _ahead(place, before):
            before = middle
        else:
            after = middle
    return after
