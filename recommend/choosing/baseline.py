"""Make the baseline: a simple list that is stored with each night's list for comparison, and never shown.

Known songs are ranked by plays: in the last 30 days, or of all time for songs not heard for 60 days (to rediscover:
28). Unheard songs are ranked by how many other listeners here play them. If the house knows too few, the rest is drawn
at random from all candidates. These are tailored to the listener already, so there the baseline only measures our
ranking, which makes it a stricter one. Both lists follow the same rules of when a song may be shown again
(repeats.py): they cost hits, so a baseline without them would beat any list. The baseline has no limits per artist or
album.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from hashlib import sha256
from itertools import chain, islice
from operator import attrgetter

from db.lists.recommendations import BaselineItem, Item
from recommend.choosing.repeats import in_turn, shown_lately
from recommend.listening.candidates import KINDS, Candidate, Kind
from recommend.listening.context import Context
from recommend.listening.other_listeners import HouseTrack
from recommend.listening.songs import Song
from recommend.proposals.novelty import kind_of_new
from recommend.proposals.ranking import best_of
from recommend.proposals.rests import rested
from recommend.providers.forgotten import unheard_since

Proposed = Item | Candidate
Pool = Mapping[Kind, Sequence[Item]] | Mapping[Kind, Sequence[Candidate]]
CONSIDERED = 200  # known songs, as many as a provider may propose
Music = Song | Proposed | HouseTrack


def baseline(context: Context, pool: Pool, sizes: Mapping[Kind, int]) -> list[BaselineItem]:
    """At most `sizes` of each kind, sorted by kind, no song twice. Equal arguments result in equal lists.

    `pool` has the songs that providers proposed and that may be shown.
    """
    items: dict[str, BaselineItem] = {}
    for kind in KINDS:
        rank = 1
        for music in _ranked(context, kind, pool.get(kind, ())):
            if rank > sizes.get(kind, 0):
                break
            if music.key not in items:
                items[music.key] = _item(kind, rank, music)
                rank += 1
    return list(items.values())


def _ranked(context: Context, kind: Kind, pool: Sequence[Proposed]) -> Iterable[Music]:
    if kind == "rotation":
        return in_turn(context, list(islice(_played(context), CONSIDERED)))
    if kind == "forgotten":
        since = unheard_since(context)
        return _most_played(context, kind, [song for song in context.songs if song.last < since])
    if kind == "rediscover":
        return _most_played(context, kind, rested(context))
    unheard = [song for song in pool if not context.knows(song.key, song.uri)]
    return chain(_popular(context, kind), sorted(unheard, key=lambda song: _draw(context, song.key)))


def _played(context: Context) -> Iterator[Song]:
    """Songs of the last 30 days first; the others are sorted only if they are needed."""
    yield from sorted((song for song in context.songs if song.month), key=lambda s: (-s.month, -s.plays, s.key))
    yield from sorted((song for song in context.songs if not song.month), key=lambda s: (-s.plays, s.key))


def _most_played(context: Context, kind: Kind, songs: Sequence[Song]) -> list[Song]:
    """The most played, more than a list has places: songs that are already listed as another kind are left out."""
    resting = {key for key in context.shown if shown_lately(context, kind, key)}
    rest = [song for song in songs if song.key not in resting]
    return best_of(rest, [song.plays for song in rest], CONSIDERED, attrgetter("key"))


def _popular(context: Context, kind: Kind) -> Iterator[HouseTrack]:
    """Unheard songs of the house, if they reveal nobody. The house does not know which of them are new releases."""
    if kind != "new_release" and context.house.has_enough_besides(context.account_id):
        for song in context.house.popular:
            is_new = not context.knows(song.key, None) and not shown_lately(context, kind, song.key)
            if is_new and kind_of_new(context, song.artist) == kind:
                yield song


def _draw(context: Context, key: str) -> bytes:
    """A number that depends on account, date and song, but not on how good the song is."""
    return sha256(f"baseline {context.account_id} {context.date} {key}".encode()).digest()


def _item(kind: Kind, rank: int, music: Music) -> BaselineItem:
    track_id, uri = (music.id, None) if isinstance(music, HouseTrack) else (music.track_id, music.uri)
    return BaselineItem(kind, rank, music.key, music.name, music.artist, track_id, uri, music.album)
