"""What a simple list would have shown: stored beside each night's list and never shown, to measure that one by.

Known songs are ranked by plays: of the last 30 days, or of all time among those not heard for 60 days. Unheard ones are
ranked by how many others here play them. Where the house knows too few, the rest is drawn by lot from all that the
providers found: these finds know the listener already, so there the measure is of our order alone, which makes it the
stricter one. What was shown too lately to be shown again is left out of both lists: the repeat rule costs hits, and a
list that need not keep it would beat any that does. Nothing here knows caps.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from itertools import chain

from recommend.choosing.picking import shown_lately
from recommend.listening.candidates import KINDS, Candidate, Kind
from recommend.listening.context import Context
from recommend.listening.other_listeners import HouseTrack
from recommend.listening.songs import Song
from recommend.proposals.novelty import kind_of_new
from recommend.providers.forgotten import UNHEARD_FOR

Pool = Mapping[Kind, Sequence[Candidate]]
Music = Song | Candidate | HouseTrack


@dataclass(frozen=True, slots=True)
class BaselineItem:
    """`rank` counts from 1 within the kind; `track_id` is None where the track is not in our catalogue yet."""

    kind: Kind
    rank: int
    key: str
    name: str
    artist: str
    track_id: int | None = None
    uri: str | None = None
    album: str | None = None


def baseline(context: Context, pool: Pool, sizes: Mapping[Kind, int]) -> list[BaselineItem]:
    """At most `sizes` of each kind, kinds in their order, no song twice; the same for the same context and pool.

    `pool` holds what providers proposed and may be shown.
    """
    found: dict[str, BaselineItem] = {}
    for kind in KINDS:
        rank = 1
        for music in _ranked(context, kind, pool.get(kind, ())):
            if rank > sizes.get(kind, 0):
                break
            if music.key not in found:
                found[music.key] = _item(kind, rank, music)
                rank += 1
    return list(found.values())


def _ranked(context: Context, kind: Kind, pool: Sequence[Candidate]) -> Iterable[Music]:
    if kind == "rotation":
        return _not_lately(context, kind, _played(context))
    if kind == "forgotten":
        missed = (song for song in context.songs if song.last < context.as_of - UNHEARD_FOR)
        return _not_lately(context, kind, sorted(missed, key=lambda song: (-song.plays, song.key)))
    unheard = [candidate for candidate in pool if not context.knows(candidate.key, candidate.uri)]
    return chain(_popular(context, kind), sorted(unheard, key=lambda candidate: _lot(context, candidate.key)))


def _played(context: Context) -> Iterator[Song]:
    """In the last 30 days first; the others are sorted only where somebody wants to see them."""
    yield from sorted((song for song in context.songs if song.month), key=lambda s: (-s.month, -s.plays, s.key))
    yield from sorted((song for song in context.songs if not song.month), key=lambda s: (-s.plays, s.key))


def _not_lately(context: Context, kind: Kind, songs: Iterable[Song]) -> Iterator[Song]:
    return (song for song in songs if not shown_lately(context, kind, song.key))


def _popular(context: Context, kind: Kind) -> Iterator[HouseTrack]:
    """Unheard songs of the house, where it tells of nobody; which of them are new releases it does not know."""
    if kind != "new_release" and context.house.has_enough_besides(context.account_id):
        for song in context.house.popular:
            is_new = not context.knows(song.key, None) and not shown_lately(context, kind, song.key)
            if is_new and kind_of_new(context, song.artist) == kind:
                yield song


def _lot(context: Context, key: str) -> bytes:
    """A number of the account, the date and the song, which says nothing of how good it is."""
    return sha256(f"baseline {context.account_id} {context.date} {key}".encode()).digest()


def _item(kind: Kind, rank: int, music: Music) -> BaselineItem:
    track_id, uri = (music.id, None) if isinstance(music, HouseTrack) else (music.track_id, music.uri)
    return BaselineItem(kind, rank, music.key, music.name, music.artist, track_id, uri, music.album)
