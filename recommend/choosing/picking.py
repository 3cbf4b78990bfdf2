"""Pick the songs of a list from the rankings: nothing unwanted, nothing again too soon, few per artist."""

import random
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace

from db.lists.recommendations import Item
from music import is_nobody
from recommend.choosing.repeats import in_turn, shown_lately
from recommend.listening.candidates import DISCOVERY, KINDS, Kind
from recommend.listening.context import Context
from recommend.listening.names import album_key, artist_key
from recommend.listening.spellings import places_of
from recommend.listening.verdicts import Verdicts

OF_AN_ARTIST, NEW_OF_AN_ALBUM = 2, 1
PLAYED_OF_AN_ARTIST = 4  # in the rotation, counted apart: people who play an album often play all of it
SELDOM_PLAYED = 10  # at most so many songs of the rotation were heard once or not at all in two weeks
EXPLORED = slice(20, 100)  # the ranks of a kind from which its last place is drawn
LEAST_TO_EXPLORE = 3  # a kind with this many places uses one of them to explore
# The order in which kinds are filled: rare ones first.
ORDER: tuple[Kind, ...] = ("new_release", "forgotten", "deeper", "rediscover", "new_artist", "rotation")


def allowed(context: Context, verdicts: Verdicts, ranked: Mapping[Kind, Sequence[Item]]) -> dict[Kind, list[Item]]:
    """The songs that may be shown, the best first, by the listener's verdicts, plays and recent lists."""
    by_kind: dict[Kind, list[Item]] = {}
    for kind, songs in ranked.items():
        remaining = [song for song in songs if _may_be_shown(context, verdicts, kind, song)]
        by_kind[kind] = sorted(remaining, key=lambda song: (-song.score * verdicts.factor(song), song.key))
    return by_kind


def _may_be_shown(context: Context, verdicts: Verdicts, kind: Kind, song: Item) -> bool:
    if verdicts.forbid(song) or (kind in DISCOVERY and context.knows(song.key, song.uri)):
        return False
    return not shown_lately(context, kind, song.key)


def picked(
    context: Context,
    ranked: Mapping[Kind, Sequence[Item]],
    places: Mapping[Kind, int],
    most: Mapping[Kind, int],
    seed: str,
) -> list[Item]:
    """The list, sorted by kind as in KINDS. Kinds share the places that others cannot fill, in proportion to their own,
    but have at most `most`.
    """
    turns = {**ranked, "rotation": in_turn(context, ranked["rotation"])}
    picker = _Picker(turns, random.Random(seed))  # noqa: S311  # nosec B311 - a repeatable draw
    for kind in ORDER:
        picker.pick(kind, places[kind])
    _share_rest(picker, places, most)
    return [song for kind in KINDS for song in sorted(picker.picked[kind], key=_place(ranked[kind]))]


def _share_rest(picker: "_Picker", places: Mapping[Kind, int], most: Mapping[Kind, int]) -> None:
    missing = sum(places.values()) - sum(map(len, picker.picked.values()))
    unfilled = {kind for kind in KINDS if places[kind]}
    while missing > 0 and (unfilled := {kind for kind in unfilled if len(picker.picked[kind]) < most[kind]}):
        kind = max(unfilled, key=lambda kind: (places[kind] / (len(picker.picked[kind]) + 1), -KINDS.index(kind)))
        if picker.pick(kind, 1):
            missing -= 1
        else:
            unfilled.remove(kind)


def _place(songs: Sequence[Item]) -> Callable[[Item], tuple[bool, int]]:
    places = {song.key: number for number, song in enumerate(songs)}
    return lambda song: (song.exploring, places[song.key])


class _Picker:
    """Picks songs kind by kind, and counts those of each artist and album."""

    def __init__(self, turns: Mapping[Kind, Sequence[Item]], draw: random.Random) -> None:
        self._turns, self._draw = turns, draw
        self.picked: dict[Kind, list[Item]] = {kind: [] for kind in KINDS}
        self._identities: set[object] = set()
        self._artists: Counter[tuple[bool, str]] = Counter()  # in the rotation, and in all other kinds
        self._seldom_played = 0
        self._albums: Counter[str] = Counter()

    def pick(self, kind: Kind, places: int) -> int:
        """Pick at most `places` more songs of a kind; returns their number."""
        before = len(self.picked[kind])
        explores = kind in DISCOVERY and not before and places >= LEAST_TO_EXPLORE
        self._pick(kind, self._turns[kind], places - explores)
        if explores:
            drawn = list(self._turns[kind][EXPLORED])
            self._draw.shuffle(drawn)
            explored = self._pick(kind, drawn, 1, exploring=True)
            self._pick(kind, self._turns[kind], 1 - explored)
        return len(self.picked[kind]) - before

    def _pick(self, kind: Kind, songs: Iterable[Item], places: int, *, exploring: bool = False) -> int:
        remaining = places
        for song in songs:
            if remaining <= 0:
                break
            if self._fits(song):
                self._add(kind, replace(song, exploring=True) if exploring else song)
                remaining -= 1
        return places - remaining

    def _fits(self, song: Item) -> bool:
        most = PLAYED_OF_AN_ARTIST if song.kind == "rotation" else OF_AN_ARTIST
        if self._identities & _identities(song) or self._artists[_artist(song)] >= most:
            return False
        if _is_seldom_played(song) and self._seldom_played >= SELDOM_PLAYED:
            return False
        album = _album(song)
        return album is None or self._albums[album] < NEW_OF_AN_ALBUM

    def _add(self, kind: Kind, song: Item) -> None:
        self.picked[kind].append(song)
        self._identities |= _identities(song)
        self._artists[_artist(song)] += not is_nobody(song.artist)
        self._seldom_played += _is_seldom_played(song)
        album = _album(song)
        if album is not None:
            self._albums[album] += 1


def _artist(song: Item) -> tuple[bool, str]:
    return song.kind == "rotation", artist_key(song.artist)


def _is_seldom_played(song: Item) -> bool:
    lately = song.evidence.get("plays_in_two_weeks")
    return song.kind == "rotation" and isinstance(lately, int) and lately < 2


def _identities(song: Item) -> set[object]:
    """The keys of a song and, because services spell names differently, its id and URI if known."""
    ids = {identity for identity in (song.track_id, song.uri) if identity is not None}
    return ids | places_of(song.key, song.artist, song.name)


def _album(song: Item) -> str | None:
    """The key of a new song's album; None if unknown, and for songs that the listener knows."""
    if song.kind not in DISCOVERY or not song.album:
        return None
    return album_key(song.artist, song.album)
