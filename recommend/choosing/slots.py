"""Divide a list's places among the kinds, by how adventurous the list should be."""

from collections.abc import Mapping
from datetime import timedelta

from recommend.listening.candidates import KINDS, Kind
from recommend.listening.context import Context

SIZE = 30
RECENTLY = timedelta(days=90)
MIDDLE = 0.18
# Places of rotation, forgotten, deeper, new_artist and new_release at some positions of the dial; each row adds up to
# SIZE, and values between rows are interpolated. The median of 47 accounts is at .18 (a tenth below .08, a tenth
# above .42).
DIAL: Mapping[float, tuple[int, ...]] = {
    0.0: (17, 9, 3, 0, 1),
    MIDDLE: (8, 5, 9, 5, 3),
    1.0: (2, 1, 10, 14, 3),
}


def own_adventurousness(context: Context) -> float:
    """The share of first plays among the plays of the 90 days before the listener's last play."""
    if context.last is None:
        return MIDDLE
    since = context.last - RECENTLY
    first = sum(song.first >= since for song in context.songs)
    plays = sum(song.quarter for song in context.songs)
    return round(first / plays, 2) if plays else MIDDLE


def slots(adventurousness: float) -> dict[Kind, int]:
    """The places of each kind, SIZE in all, for a dial from 0 to 1."""
    lower = max(position for position in DIAL if position <= adventurousness)
    upper = min(position for position in DIAL if position >= adventurousness)
    share = (adventurousness - lower) / (upper - lower) if upper > lower else 0.0
    exact = [a + (b - a) * share for a, b in zip(DIAL[lower], DIAL[upper], strict=True)]
    places = [int(share) for share in exact]
    by_rest = sorted(range(len(exact)), key=lambda place: (places[place] - exact[place], place))
    for place in by_rest[: SIZE - sum(places)]:
        places[place] += 1
    return dict(zip(KINDS, places, strict=True))
