"""Which artists and songs to ask other services about: what a listener loves, and not of one sort only."""

from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from heapq import nsmallest
from typing import TypeVar, cast

from music import is_nobody
from recommend.listening.context import Context
from recommend.listening.library_items import KnownArtist
from recommend.listening.names import artist_key
from recommend.listening.songs import Song
from recommend.proposals.payloads import similar_artists

ARTISTS, SONGS = 40, 30
HALF_LIFE = 180  # days
BEST = 400  # of either, that seeds are chosen from
TOP = 5  # artists, whose surroundings are the listener's main taste
EVERY = 5  # one seed in so many is of another taste at least
Seed = TypeVar("Seed", KnownArtist, Song)


@dataclass(frozen=True, slots=True)
class Seeds:
    """What to ask about first comes first; a fifth of both at least is from outside the main taste."""

    artists: Sequence[KnownArtist] = ()
    songs: Sequence[Song] = ()


def seeds(context: Context) -> Seeds:
    """By plays halved every 180 days. Where no service has said who is like the listener's top artists, those beyond
    the first 40 (of songs 30) count as another taste. Songs of nobody ("Various Artists") are no seeds, for services
    know songs by their artists. Worked out once for a context. Raises Rubbish.
    """
    if "seeds" not in context.notes:
        context.notes["seeds"] = _seeds(context)
    return cast("Seeds", context.notes["seeds"])


def _seeds(context: Context) -> Seeds:
    artists = best_artists(context, HALF_LIFE, BEST)
    named = (song for song in context.songs if not is_nobody(song.artist))
    songs = nsmallest(BEST, named, key=lambda song: (-song.decay(HALF_LIFE), song.key))
    main = _main_taste(context, [artist.key for artist in artists[:TOP]])
    return Seeds(
        _mixed(artists, ARTISTS, main, lambda artist: artist.key),
        _mixed(songs, SONGS, main, lambda song: artist_key(song.artist)),
    )


def top_artists(context: Context) -> Seeds:
    """Those to ask about before all others: the choice of all others hangs on who is like them."""
    return Seeds(best_artists(context, HALF_LIFE, TOP))


def best_artists(context: Context, half_life: int, count: int) -> list[KnownArtist]:
    """By plays halved every `half_life` days; of equals by key."""
    artists = context.artists.values()
    return nsmallest(count, artists, key=lambda artist: (-round(artist.decay(half_life), 9), artist.key))


def _main_taste(context: Context, top: Sequence[str]) -> set[str]:
    """The top artists and whoever is like them, by key; empty where no service has said so."""
    answers = [said for several in context.cached("similar_artists", top).values() for said in several]
    named = {similar.key for said in answers for similar in similar_artists(said)}
    return named.union(top) if named else set()


def _mixed(ranked: Sequence[Seed], count: int, main: set[str], artist: Callable[[Seed], str]) -> list[Seed]:
    """The first `count`, but in every fifth place another taste where there was too little of it before."""
    is_other = [artist(seed) not in main if main else rank >= count for rank, seed in enumerate(ranked)]
    ours = deque(rank for rank, other in enumerate(is_other) if not other)
    others = deque(rank for rank, other in enumerate(is_other) if other)
    taken: list[int] = []
    for place in range(min(count, len(ranked))):
        wanting = place % EVERY == EVERY - 1 and sum(is_other[rank] for rank in taken) <= place // EVERY
        turn = others if others and (wanting or not ours or others[0] < ours[0]) else ours
        taken.append(turn.popleft())
    return [ranked[rank] for rank in taken]
