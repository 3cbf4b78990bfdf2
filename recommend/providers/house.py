"""`house`: songs that other listeners here play around those that the listener loves."""

from collections.abc import Sequence
from datetime import timedelta
from heapq import nsmallest

from recommend.listening.candidates import Candidate
from recommend.listening.context import Context
from recommend.listening.other_listeners import Beside
from recommend.proposals.novelty import best_new, kind_of_new

LEAST_LISTENERS = 2  # other listeners of a song, so that it does not identify one of them
# Its weight beside songs by known artists, which count 4: with 48 listeners, it was right more often than these; in a
# house of strangers, hardly ever.
LEAST, UNKNOWN, MOST = 0.5, 2.0, 8.0
ENOUGH_SHARED = 0.25  # of what a listener discovers, for the greatest weight
LATELY = timedelta(days=90)
ENOUGH_SONGS = 20  # with fewer discoveries, the share says nothing


def candidates(context: Context, limit: int) -> list[Candidate]:
    """Songs that at least two others play, the nearest first; none if fewer than five others agreed to share."""
    beside = context.beside
    best = _best(context, beside, max(limit, 0))
    seeds = beside.seeds_of(best)
    return best_new(context, (_candidate(context, beside, number, seeds[number]) for number in best), limit)


def weight(context: Context) -> float:
    """From 0.5 to 8, growing with the share of the listener's discoveries of three months that others here play too."""
    since = context.as_of - LATELY
    lately = [song.key for song in context.songs if song.first >= since]
    if len(lately) < ENOUGH_SONGS:
        return UNKNOWN
    share = sum(_others(context, key) >= LEAST_LISTENERS for key in lately) / len(lately)
    return max(LEAST, MOST * min(1.0, share / ENOUGH_SHARED) ** 2)


def _others(context: Context, key: str) -> int:
    """The number of other listeners who play a song that the listener has heard."""
    house = context.house
    return house.listeners[house.numbers.get(key, 0)] - (context.account_id in house.spans)


def _best(context: Context, beside: Beside, limit: int) -> Sequence[int]:
    house, near = beside.house, beside.closeness
    fit = (
        number
        for number in near
        if house.listeners[number] >= LEAST_LISTENERS and house.keys[number] not in context.library
    )
    return nsmallest(limit, fit, key=lambda number: (-near[number], house.keys[number]))


def _candidate(context: Context, beside: Beside, number: int, seed: str) -> Candidate:
    song, loved = beside.house.songs[number], context.songs_by_key[seed]
    return Candidate(
        kind=kind_of_new(context, song.artist),
        name=song.name,
        artist=song.artist,
        score=beside.closeness[number],
        code="house",
        reason=f"Played with {loved.name} by others here",
        evidence={"songs": [seed], "track_ids": [loved.track_id]},
        track_id=song.id,
        album=song.album,
    )
