"""Divide a list's places among the kinds, by how adventurous the list should be."""

from collections.abc import Mapping
from datetime import timedelta

from recommend.listening.candidates import KINDS, Kind
from recommend.listening.context import Context

SIZE = 30
RECENTLY = timedelta(days=90)
MIDDLE = 0.18
# Places of rotation, forgotten, rediscover, deeper, new_artist and new_release at some positions of the dial; each row
# adds up to SIZE, and values between rows are interpolated. The median of 47 accounts is at .18 (a tenth below .08, a
# tenth above .42).
DIAL: Mapping[float, tuple[int, ...]] = {
    0.0: (16, 6, 5, 2, 0, 1),
    MIDDLE: (7, 4, 4, 7, 5, 3),
    1.0: (2, 1, 3, 9, 12, 3),
}
# The most places of a kind, including those that other kinds cannot fill: better a short list than one full of what the
# listener plays anyway.
MOST: Mapping[float, tuple[int, ...]] = {
    0.0: (21, 6, 6, SIZE, SIZE, SIZE),
    MIDDLE: (20, 5, 6, SIZE, SIZE, SIZE),
    1.0: (4, 6, 12, SIZE, SIZE, SIZE),
}


def own_adventurousness(context: Context) -> float:
    """The share of first plays among the plays of the 90 days before the listener's last play.

    MIDDLE for a history so short that almost every play is a first one.
    """
    if context.last is None or context.is_cold:
        return MIDDLE
    since = context.last - RECENTLY
    first = sum(song.first >= since for song in context.songs)
    plays = sum(song.quarter for song in context.songs)
    return round(first / plays, 2) if plays else MIDDLE


def slots(adventurousness: float) -> dict[Kind, int]:
    """The places of each kind, SIZE in total, for a dial from 0 to 1."""
    exact = _between(DIAL, adventurousness)
    places = [int(share) for share in exact]
    by_rest = sorted(range(len(exact)), key=lambda place: (places[place] - exact[place], place))
    for place in by_rest[: SIZE - sum(places)]:
        places[place] += 1
    return dict(zip(KINDS, places, strict=True))


def limits(adventurousness: float) -> dict[Kind, int]:
    """The most places of each kind."""
    return dict(zip(KINDS, map(round, _between(MOST, adventurousness)), strict=True))


def _between(rows: Mapping[float, tuple[int, ...]], position: float) -> list[float]:
    """The places at a position of the dial, interpolated between the rows around it."""
    lower = max(row for row in rows if row <= position)
    upper = min(row for row in rows if row >= position)
    share = (position - lower) / (upper - lower) if upper > lower else 0.0
    return [a + (b - a) * share for a, b in zip(rows[lower], rows[upper], strict=True)]
