"""What of the fused candidates is shown: nothing unwanted, nothing again too soon, two of an artist at most."""

import random
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from music import is_nobody
from recommend.choosing.fusion import Fused
from recommend.listening.candidates import DISCOVERY, KINDS, Kind
from recommend.listening.context import Context
from recommend.listening.names import album_key
from recommend.listening.verdicts import Verdicts

OF_AN_ARTIST, NEW_OF_AN_ALBUM = 2, 1
# Days before a song is shown again: a rotation's is likely to be heard anyway, and three days give a third more
# different hits; what was new and was not heard had its chance.
AGAIN_AFTER: Mapping[Kind, int] = {"rotation": 3, "forgotten": 14, **dict.fromkeys(DISCOVERY, 28)}
LONGEST = timedelta(days=max(AGAIN_AFTER.values()))
EXPLORED = slice(20, 100)  # of the ranks of a kind, those that its last place is drawn from
LEAST_TO_EXPLORE = 3  # places of a kind, of which one is for exploring
# Who chooses first: what is rare before what there is plenty of. An artist's first song in the rotation is chosen
# before, so that no favourite is missing there because of its new songs.
ORDER: tuple[Kind, ...] = ("new_release", "forgotten", "deeper", "new_artist", "rotation")


@dataclass(frozen=True, slots=True)
class Chosen:
    """One place of a list."""

    fused: Fused
    exploring: bool = False

    @property
    def kind(self) -> Kind:
        return self.fused.candidate.kind


def allowed(context: Context, verdicts: Verdicts, fused: Mapping[Kind, Sequence[Fused]]) -> dict[Kind, list[Fused]]:
    """What may be shown, best first, by what the listener said of it, has heard, and was shown lately."""
    found: dict[Kind, list[Fused]] = {}
    for kind, songs in fused.items():
        left = [song for song in songs if _may_be_shown(context, verdicts, kind, song)]
        found[kind] = sorted(left, key=lambda song: (-song.score * verdicts.factor(song.candidate), song.key))
    return found


def _may_be_shown(context: Context, verdicts: Verdicts, kind: Kind, song: Fused) -> bool:
    if verdicts.forbid(song.candidate) or (kind in DISCOVERY and context.knows(song.key, song.candidate.uri)):
        return False
    return not shown_lately(context, kind, song.key)


def shown_lately(context: Context, kind: Kind, key: str) -> bool:
    """Whether it is too soon to show a song in this kind again."""
    since = context.date - timedelta(days=AGAIN_AFTER[kind])
    return any(since <= shown < context.date for shown in context.shown.get(key, ()))


def chosen(fused: Mapping[Kind, Sequence[Fused]], places: Mapping[Kind, int], seed: str) -> list[Chosen]:
    """The list, kind by kind in the order of KINDS: places that a kind cannot fill go to the next one that can."""
    taking = _Taking(fused, random.Random(seed))  # noqa: S311  # nosec B311 - a draw that can be repeated
    taking.take("rotation", places["rotation"], of_an_artist=1)
    for kind in ORDER:
        taking.take(kind, places[kind] - len(taking.taken[kind]))
    wanting = sum(places.values()) - sum(map(len, taking.taken.values()))
    for kind in KINDS:
        wanting -= taking.take(kind, wanting)
    return [song for kind in KINDS for song in sorted(taking.taken[kind], key=_place(fused[kind]))]


def _place(songs: Sequence[Fused]) -> Callable[[Chosen], tuple[bool, int]]:
    places = {song.key: number for number, song in enumerate(songs)}
    return lambda song: (song.exploring, places[song.fused.key])


class _Taking:
    """Takes songs kind by kind and keeps count of artists and albums."""

    def __init__(self, fused: Mapping[Kind, Sequence[Fused]], draw: random.Random) -> None:
        self._fused, self._draw = fused, draw
        self.taken: dict[Kind, list[Chosen]] = {kind: [] for kind in KINDS}
        self._names: set[object] = set()
        self._artists: Counter[str] = Counter()
        self._albums: Counter[str] = Counter()

    def take(self, kind: Kind, places: int, of_an_artist: int = OF_AN_ARTIST) -> int:
        """At most so many more of a kind; returns how many."""
        before = len(self.taken[kind])
        explores = kind in DISCOVERY and not before and places >= LEAST_TO_EXPLORE
        self._take(kind, self._fused[kind], places - explores, of_an_artist)
        if explores:
            drawn = list(self._fused[kind][EXPLORED])
            self._draw.shuffle(drawn)
            found = self._take(kind, drawn, 1, of_an_artist, exploring=True)
            self._take(kind, self._fused[kind], 1 - found, of_an_artist)
        return len(self.taken[kind]) - before

    def _take(
        self, kind: Kind, songs: Iterable[Fused], places: int, of_an_artist: int, *, exploring: bool = False
    ) -> int:
        left = places
        for song in songs:
            if left <= 0:
                break
            if self._fits(song, of_an_artist):
                self._keep(kind, Chosen(song, exploring))
                left -= 1
        return places - left

    def _fits(self, song: Fused, of_an_artist: int) -> bool:
        candidate = song.candidate
        if self._names & _names(song) or self._artists[candidate.artist_key] >= of_an_artist:
            return False
        album = _album(song)
        return album is None or self._albums[album] < NEW_OF_AN_ALBUM

    def _keep(self, kind: Kind, song: Chosen) -> None:
        self.taken[kind].append(song)
        self._names |= _names(song.fused)
        self._artists[song.fused.candidate.artist_key] += not is_nobody(song.fused.candidate.artist)
        album = _album(song.fused)
        if album is not None:
            self._albums[album] += 1


def _names(song: Fused) -> set[object]:
    """What tells it from others: its key, and its id and URI where they are known, for services spell differently."""
    candidate = song.candidate
    return {name for name in (song.key, candidate.track_id, candidate.uri) if name is not None}


def _album(song: Fused) -> str | None:
    """The key of the album of a new song; None where none is known, and for songs that are heard anyway."""
    candidate = song.candidate
    if candidate.kind not in DISCOVERY or not candidate.album:
        return None
    return album_key(candidate.artist, candidate.album)


def shown_since(day: date) -> date:
    """The first date whose list says what may not be shown again on `day`."""
    return day - LONGEST
