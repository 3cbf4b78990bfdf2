"""Choose the artists and songs to look up on other services: loved ones, and not only of one taste."""

from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from operator import attrgetter
from typing import TypeVar, cast

from music import is_nobody
from recommend.listening.context import Context
from recommend.listening.library_items import KnownArtist
from recommend.listening.names import artist_key
from recommend.listening.songs import Song
from recommend.proposals.payloads import similar_artists
from recommend.proposals.ranking import best_of

ARTISTS, SONGS = 40, 30
HALF_LIFE = 180  # days
BEST = 400  # artists, and songs, from which seeds are chosen
TOP = 5  # artists that, with similar ones, form the listener's main taste
EVERY = 5  # at least one in this many seeds is from another taste
Seed = TypeVar("Seed", KnownArtist, Song)


@dataclass(frozen=True, slots=True)
class Seeds:
    """Artists and songs to look up, the most important first; at least a fifth of each is outside the main taste."""

    artists: Sequence[KnownArtist] = ()
    songs: Sequence[Song] = ()


def seeds(context: Context) -> Seeds:
    """Seeds by plays, halved every 180 days; computed once per context. Raises MalformedAnswer.

    If no service has named artists similar to the listener's top artists, those beyond the first 40 (songs: 30) count
    as another taste. Songs by "Various Artists" are no seeds, because services identify songs by their artists.
    """
    if "seeds" not in context.notes:
        context.notes["seeds"] = _seeds(context)
    return cast("Seeds", context.notes["seeds"])


def _seeds(context: Context) -> Seeds:
    artists = best_artists(context, HALF_LIFE, BEST)
    nobody = set(filter(is_nobody, {song.artist for song in context.songs}))
    named = [song for song in context.songs if song.artist not in nobody]
    songs = best_of(named, [song.decay(HALF_LIFE) for song in named], BEST, attrgetter("key"))
    main = _main_taste(context, [artist.key for artist in artists[:TOP]])
    return Seeds(
        _mixed(artists, ARTISTS, main, lambda artist: artist.key),
        _mixed(songs, SONGS, main, lambda song: artist_key(song.artist)),
    )


def top_artists(context: Context) -> Seeds:
    """The artists to look up first, because the other seeds depend on the artists similar to them."""
    return Seeds(best_artists(context, HALF_LIFE, TOP))


def best_artists(context: Context, half_life: int, count: int) -> list[KnownArtist]:
    """Artists by plays, halved every `half_life` days; equals by key."""
    artists = list(context.artists.values())
    scores = [round(artist.decay(half_life), 9) for artist in artists]
    return best_of(artists, scores, count, attrgetter("key"))


def _main_taste(context: Context, top: Sequence[str]) -> set[str]:
    """The keys of the top artists and of those similar to them; empty if no service has named any."""
    answers = [answer for several in context.cached("similar_artists", top).values() for answer in several]
    named = {similar.key for answer in answers for similar in similar_artists(answer)}
    return named.union(top) if named else set()


def _mixed(ranked: Sequence[Seed], count: int, main: set[str], artist: Callable[[Seed], str]) -> list[Seed]:
    """The first `count` seeds, but every fifth is from another taste if there were too few of these before."""
    is_other = [artist(seed) not in main if main else rank >= count for rank, seed in enumerate(ranked)]
    ours = deque(rank for rank, other in enumerate(is_other) if not other)
    others = deque(rank for rank, other in enumerate(is_other) if other)
    taken: list[int] = []
    for place in range(min(count, len(ranked))):
        wanting = place % EVERY == EVERY - 1 and sum(is_other[rank] for rank in taken) <= place // EVERY
        turn = others if others and (wanting or not ours or others[0] < ours[0]) else ours
        taken.append(turn.popleft())
    return [ranked[rank] for rank in taken]
