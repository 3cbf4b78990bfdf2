"""How many of a list's places each kind gets: one dial, from what is known to what is new."""

from collections.abc import Mapping
from datetime import timedelta

from recommend.listening.candidates import KINDS, Kind
from recommend.listening.context import Context

SIZE = 30
RECENTLY = timedelta(days=90)
MIDDLE = 0.18
# Places of rotation, forgotten, deeper, new_artist and new_release at some positions of the dial, each row adding up to
# SIZE; between them it is linear. At .18 stands the listener in the middle of 47 accounts (a tenth of them below .08,
# a tenth above .42).
DIAL: Mapping[float, tuple[int, ...]] = {
    0.0: (17, 9, 3, 0, 1),
    MIDDLE: (8, 5, 9, 5, 3),
    1.0: (2, 1, 10, 14, 3),
}


def own_adventurousness(context: Context) -> float:
    """What share of a listener's plays of the last 90 days, up to the last one, were of a song for the first time."""
    if context.last is None:
        return MIDDLE
    since = context.last - RECENTLY
    first = sum(song.first >= since for song in context.songs)
    plays = sum(song.quarter for song in context.songs)
    return round(first / plays, 2) if plays else MIDDLE


def slots(adventurousness: float) -> dict[Kind, int]:
    """Places by kind, SIZE in all, for a dial from 0 to 1."""
    lower = max(position for position in DIAL if position <= adventurousness)
    upper = min(position for position in DIAL if position >= adventurousness)
    share = (adventurousness - lower) / (upper - lower) if upper > lower else 0.0
    exact = [a + (b - a) * share for a, b in zip(DIAL[lower], DIAL[upper], strict=True)]
    places = [int(each) for each in exact]
    by_rest = sorted(range(len(exact)), key=lambda place: (places[place] - exact[place], place))
    for place in by_rest[: SIZE - sum(places)]:
        places[place] += 1
    return dict(zip(KINDS, places, strict=True))
