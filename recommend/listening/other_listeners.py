"""The plays of this instance's listeners who agreed to share them, without revealing who: nothing below five others."""

from array import array
from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property
from itertools import accumulate
from math import log1p, sqrt
from typing import NamedTuple

import msgspec

from recommend.listening.names import artist_key, song_key

LEAST_OTHERS = 5  # with fewer, the plays of "others" would reveal those of one of them
LATEST = 20_000  # plays of each listener: years, for most; a quarter of that costs a tenth of the hits
# A run reads only part of a large house: different listeners each day, and an equal share of MOST_PLAYS for each.
MOST_LISTENERS = 1_000
MOST_PLAYS = 5_000_000
PAUSE = 1800  # seconds between two plays that are unrelated
FAR = 5  # plays on each side that count as near a song
# Like ListenBrainz' cap on pairs: nobody gains more influence by repeating a song.
TIMES = 5  # last plays of a song by one listener whose surroundings count
MEETINGS = 100  # plays of a song, by all listeners, whose surroundings count
SEEDS = 1_500  # a fifth of that costs a tenth of the hits
NEARNESS = tuple(1 / distance for distance in range(1, FAR + 1))


class HousePlay(NamedTuple):
    """A play of at least 30 seconds: when it ended, in seconds since 1970 (UTC), and the id of its track."""

    at: float
    track: int


class HouseTrack(msgspec.Struct, frozen=True):
    id: int
    name: str
    artist: str
    album: str | None = None
    on_spotify: bool = True

    @property
    def key(self) -> str:
        return song_key(self.artist, self.name)


NO_SONG = HouseTrack(0, "", "")  # number 0
LONG_AGO = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True)
class House:
    """The latest plays of each listener before `until`, as one row of song numbers with 0 at every pause.

    A song is all versions of a recording. `songs[number]` is the version with the lowest id, on Spotify if possible;
    `listeners[number]` is the number of its listeners, and `liking[number]` the sum of log(1 + plays) over them.
    """

    until: datetime = LONG_AGO
    songs: Sequence[HouseTrack] = (NO_SONG,)
    keys: Sequence[str] = ("",)
    listeners: Sequence[int] = (0,)
    liking: Sequence[float] = (0.0,)
    row: Sequence[int] = (0,)
    spans: Mapping[int, tuple[int, int]] = field(default_factory=dict)  # each account's part of `row`
    first: Sequence[int] = (0, 0)  # where each song's places begin in `places`
    places: Sequence[int] = ()  # positions in `row`, song by song

    @classmethod
    def of(
        cls, plays: Mapping[int, Iterable[HousePlay]], tracks: Mapping[int, HouseTrack], until: datetime
    ) -> "House":  # fmt: skip
        """Build a house from plays by account, and from all their tracks with a name by id, both in any order.

        Raises ValueError for a play at or after `until`.
        """
        songs, numbers = _numbered(tracks)
        liking, listeners = array("d", bytes(8 * len(songs))), array("L", bytes(array("L").itemsize * len(songs)))
        row, spans = array("I", [0]), {}
        for account_id in sorted(plays):
            heard = _latest(plays[account_id], until)
            if not heard:
                continue
            start = len(row)
            row.extend(_with_pauses(heard, numbers))
            spans[account_id] = start, len(row)
            for number, times in sorted(Counter(row[start:]).items()):
                if number:
                    listeners[number] += 1
                    liking[number] += log1p(times)
        first, places_of = _places(row, spans.values(), len(songs))
        keys = ["", *(song.key for song in songs[1:])]
        return cls(until, songs, keys, listeners, liking, row, spans, first, places_of)

    def has_enough_besides(self, account_id: int) -> bool:
        """Whether enough others agreed, so that the result does not reveal any of them."""
        return len(self.spans) - (account_id in self.spans) >= LEAST_OTHERS

    @cached_property
    def numbers(self) -> Mapping[str, int]:
        """The numbers of songs, by key."""
        return {key: number for number, key in enumerate(self.keys) if number}

    @cached_property
    def popular(self) -> Sequence[HouseTrack]:
        """Songs by the number of their listeners; equals by how much they like them, then by key."""
        ranked = sorted(range(1, len(self.songs)), key=lambda n: (-self.listeners[n], -self.liking[n], self.keys[n]))
        return [self.songs[number] for number in ranked]

    @cached_property
    def by_artist(self) -> Mapping[str, Sequence[int]]:
        """The numbers of songs, by artist key."""
        numbers: defaultdict[str, array[int]] = defaultdict(lambda: array("I"))
        for number in range(1, len(self.songs)):
            numbers[artist_key(self.songs[number].artist)].append(number)
        return numbers

    def beside(self, account_id: int, loved: Mapping[str, float]) -> "Beside":
        """What others play around the songs that an account loves (by key); nothing if there are too few others."""
        if not self.has_enough_besides(account_id):
            return Beside(self)
        start, end = self.spans.get(account_id, (0, 0))
        meetings: list[tuple[int, float]] = []
        for key in sorted(loved, key=lambda key: (-loved[key], key))[:SEEDS]:
            number = self.numbers.get(key, 0)
            places = [place for place in self._places_of(number) if not start <= place < end]
            if places:
                share = loved[key] / sqrt(len(places))
                meetings += [(place, share) for place in places[:: -(-len(places) // MEETINGS)]]
        return Beside(self, sorted(meetings))

    def _places_of(self, number: int) -> Sequence[int]:
        return self.places[self.first[number] : self.first[number + 1]] if number else ()

    def around(self, place: int) -> Iterator[tuple[int, float]]:
        """The songs up to FAR plays before and after, without a pause between, with their nearness."""
        row = self.row
        for step in (1, -1):
            at = place
            for nearness in NEARNESS:
                at += step
                if not row[at]:
                    break
                yield row[at], nearness


EMPTY = House()


@dataclass(frozen=True)
class Beside:
    """What others play around the songs that a listener loves; `meetings` are the weighted places of these songs."""

    house: House = EMPTY
    meetings: Sequence[tuple[int, float]] = ()

    @cached_property
    def closeness(self) -> Mapping[int, float]:
        """The sum over listeners of log(1 + nearness to all loved songs), by song number."""
        totals: dict[int, float] = {}
        for meetings in self._by_listener():
            near: dict[int, float] = {}
            for place, share in meetings:
                for number, nearness in self.house.around(place):
                    near[number] = near.get(number, 0.0) + share * nearness
            for number, total in near.items():
                totals[number] = totals.get(number, 0.0) + log1p(total)
        return {number: round(totals[number], 9) for number in totals}

    def seeds_of(self, wanted: Iterable[int]) -> dict[int, str]:
        """For each of these songs, the key of the loved song that others play nearest to it."""
        tallies: dict[int, Counter[int]] = {number: Counter() for number in wanted}
        for place, share in self.meetings:
            for number, nearness in self.house.around(place):
                if number in tallies:
                    tallies[number][self.house.row[place]] += share * nearness  # type: ignore[assignment]
        keys = self.house.keys
        return {
            number: min((-round(tally[seed], 9), keys[seed]) for seed in tally)[1]
            for number, tally in tallies.items()
            if tally
        }

    def _by_listener(self) -> Iterator[list[tuple[int, float]]]:
        starts = [start for start, _ in self.house.spans.values()]
        by_listener: defaultdict[int, list[tuple[int, float]]] = defaultdict(list)
        for place, share in self.meetings:
            by_listener[bisect_right(starts, place)].append((place, share))
        return iter(by_listener.values())


def _numbered(tracks: Mapping[int, HouseTrack]) -> tuple[list[HouseTrack], dict[int, int]]:
    """The songs, where number 0 stands for no song, and the song number of each track."""
    songs = [NO_SONG]
    by_key: dict[str, int] = {}
    numbers: dict[int, int] = {}
    for track in sorted(tracks, key=lambda track: (not tracks[track].on_spotify, tracks[track].id, track)):
        numbers[track] = by_key.setdefault(tracks[track].key, len(songs))
        if numbers[track] == len(songs):
            songs.append(tracks[track])
    return songs, numbers


def _latest(plays: Iterable[HousePlay], until: datetime) -> list[HousePlay]:
    ordered = sorted(plays)
    if ordered and ordered[-1].at >= until.timestamp():
        raise ValueError(f"The house must contain only plays before {until:%Y-%m-%d %H:%M} UTC, but one is later.")
    return ordered[-LATEST:]


def _with_pauses(plays: Sequence[HousePlay], numbers: Mapping[int, int]) -> Iterator[int]:
    """Song numbers in the order of the plays, and 0 at pauses, at the end, and for tracks without a name."""
    last = plays[0].at
    for at, track in plays:
        if at - last > PAUSE:
            yield 0
        yield numbers.get(track, 0)
        last = at
    yield 0


def _places(row: Sequence[int], spans: Iterable[tuple[int, int]], songs: int) -> tuple[Sequence[int], Sequence[int]]:
    """Where each song's places begin, and all places: the last TIMES at which each listener has the song."""
    spans = list(spans)
    counts = array("I", bytes(array("I").itemsize * (songs + 1)))
    for number, _ in _last_places(row, spans):
        counts[number + 1] += 1
    first = array("I", accumulate(counts))
    next_free, places = array("I", first), array("I", bytes(array("I").itemsize * first[songs]))
    for number, place in _last_places(row, spans):
        places[next_free[number]] = place
        next_free[number] += 1
    return first, places


def _last_places(row: Sequence[int], spans: Iterable[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    for start, end in spans:
        times: dict[int, int] = {}
        for place in range(end - 1, start - 1, -1):
            number = row[place]
            times[number] = times.get(number, 0) + 1
            if number and times[number] <= TIMES:
                yield number, place
