"""By how much a listener's clock was ahead of UTC, stretch by stretch, wherever they lived."""

from datetime import UTC, datetime, timedelta
from functools import cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

from people.days import Zones

# Plays are from 1970 on; behind 2100 the last rule of each zone is taken to hold for ever.
FIRST, LAST = datetime(1970, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)
DAY, SECOND = timedelta(days=1), timedelta(seconds=1)


class Shift(NamedTuple):
    """`since` <= instant < `until`: the local clock showed the instant in UTC plus `ahead`."""

    since: datetime
    until: datetime
    ahead: timedelta


def shifts(zones: Zones, start: datetime, end: datetime) -> list[Shift]:
    """The stretches that make up start <= instant < end, in their order; none of them empty."""
    found: list[Shift] = []
    for place, (since, zone) in enumerate(zones.moves):  # the newest first; the last one holds for ever before
        from_here = start if place == len(zones.moves) - 1 else max(start, since)
        if from_here < end:
            found = [*_of_zone(zone, from_here, end), *found]
            end = from_here
    return found


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
    """Since when the zone had which offset: looked at day by day, for zoneinfo does not tell its transitions."""
    place = ZoneInfo(zone)
    found = [(FIRST, _ahead(place, FIRST))]
    for day in range((LAST - FIRST).days):
        before, after = FIRST + day * DAY, FIRST + (day + 1) * DAY
        if _ahead(place, after) != found[-1][1]:
            found.append((_change(place, before, after), _ahead(place, after)))
    return tuple(found)


def _ahead(place: ZoneInfo, instant: datetime) -> timedelta:
    return instant.astimezone(place).utcoffset() or timedelta(0)


def _change(place: ZoneInfo, before: datetime, after: datetime) -> datetime:
    """The first second with the offset that holds `after`."""
    while after - before > SECOND:
        middle = before + (after - before) // SECOND // 2 * SECOND
        if _ahead(place, middle) == _ahead(place, before):
            before = middle
        else:
            after = middle
    return after
