"""Decide when a song may be shown again.

A song of the rotation may be shown every night, but its score shrinks: by 7 % with each list that it was on in two
weeks, and by 40 % if it was heard after that list, because its place can go to a song that no list has got heard yet.
The listener's six current favourites keep their places. Compared with a pause of three nights, listeners hear more
songs within a day, and more different ones (docs/performance.md). All other kinds pause.
"""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from math import prod
from typing import Protocol, TypeVar

from recommend.choosing.fusion import SMOOTHING
from recommend.listening.candidates import DISCOVERY, Kind
from recommend.listening.context import Context


class Keyed(Protocol):
    """A song of any shape."""

    @property
    def key(self) -> str: ...


Music = TypeVar("Music", bound=Keyed)
# Days before a song is shown again: a new song that was not heard has had its chance.
AGAIN_AFTER: Mapping[Kind, int] = {"forgotten": 14, "rediscover": 14, **dict.fromkeys(DISCOVERY, 28)}
LONGEST = timedelta(days=max(AGAIN_AFTER.values()))
FAVOURITES = 6
REMEMBERED = timedelta(days=14)
SHOWN, SHOWN_AND_HEARD = 0.93, 0.6


def shown_since(day: date) -> date:
    """The first date whose list affects what may be shown again on `day`."""
    return day - LONGEST


def shown_lately(context: Context, kind: Kind, key: str) -> bool:
    """Whether it is too soon to show a song in this kind again."""
    dates = context.shown.get(key)
    if not dates or kind not in AGAIN_AFTER:
        return False
    since = context.date - timedelta(days=AGAIN_AFTER[kind])
    return any(since <= shown < context.date for shown in dates)


def in_turn(context: Context, songs: Sequence[Music]) -> list[Music]:
    """The order in which songs of the rotation, the best first, get places on this night's list."""
    scores = {
        song.key: freshness(context, song.key) / (SMOOTHING["rotation"] + rank) for rank, song in enumerate(songs, 1)
    }
    others = sorted(songs[FAVOURITES:], key=lambda song: -scores[song.key])
    return [*songs[:FAVOURITES], *others]


def freshness(context: Context, key: str) -> float:
    """1 for a song that was on no list of the last two weeks; less with each list that it was on."""
    return prod(
        SHOWN_AND_HEARD if _heard_since(context, key, shown) else SHOWN
        for shown in context.shown.get(key, ())
        if context.date - REMEMBERED <= shown < context.date
    )


def _heard_since(context: Context, key: str, shown: date) -> bool:
    """Whether the listener has heard a song since the list of that date was made."""
    song = context.songs_by_key.get(key)
    return song is not None and song.last >= context.as_of - (context.date - shown)
