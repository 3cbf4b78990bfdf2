"""Songs never played before, recommended from other listeners' plays, compared with simple methods.

Cut-offs every 28 days in the last quarter of a history, with 28 days after them (one at least). A method ranks songs
that others played before the cut-off and this listener never began; it is right about those first heard for 30 seconds
within the 28 days. Nothing after the cut-off is seen of anybody. Ours is what the engine proposes without any service:
its two providers that know the other listeners, each alone and fused, two songs of an artist at most, as on a list. The
best simple method is measured with and without that limit.
"""

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import lru_cache
from heapq import nlargest
from math import ceil, floor, sqrt

from benchmarks.list_quality.histories import History
from benchmarks.list_quality.listening import DAY, context_at
from benchmarks.list_quality.tasks import DEEP, FOUR, TESTED, Score, Task, ndcg, recall
from recommend.choosing.fusion import fused
from recommend.choosing.picking import OF_AN_ARTIST
from recommend.listening.context import Context
from recommend.listening.names import artist_key
from recommend.listening.other_listeners import LEAST_OTHERS, House, HousePlay, HouseTrack
from recommend.listening.played_keys import Library
from recommend.registry import PROVIDERS

LEAST_LISTENERS = LEAST_OTHERS + 1
SEEDS, SHRUNK = 300, 3.0  # of item-kNN: the number of seed songs; the shrinkage for songs with few listeners in common
KNOWN_ARTISTS = "known artist x popularity"
KNOWN_ARTISTS_CAPPED = f"{KNOWN_ARTISTS}, two of each"  # songs of an artist, at most
ALONE = {"unheard_by_artist": "ours, of known artists", "house": "ours, of the house"}
DISCOVERY = Task(
    "discovery", "never heard before, heard within 28 days", 28, 20, 10,
    ("popularity", "item-kNN", KNOWN_ARTISTS, KNOWN_ARTISTS_CAPPED, *ALONE.values(), "ours"), "ours",
)  # fmt: skip


@dataclass(frozen=True)
class Everybody:
    """All histories, with the same number for the same song in each; numbers begin at 1."""

    plays: Sequence[Sequence[HousePlay]]  # of 30 seconds or more, by history
    firsts: Sequence[Sequence[tuple[float, int]]]  # when each of its songs was first played, in that order
    tracks: Mapping[int, HouseTrack]


def discovery_cut_offs(history: History, task: Task) -> list[float]:
    first, last = history.plays[0].at, history.plays[-1].at - task.days * DAY
    begins = ceil((first + (1 - TESTED) * (history.plays[-1].at - first) - FOUR) / DAY) * DAY + FOUR
    steps = floor((last - begins) / (task.days * DAY)) + 1
    only = floor((last - FOUR) / DAY) * DAY + FOUR
    return [begins + step * task.days * DAY for step in range(steps)] or [only]


def discoveries(
    histories: Sequence[History], number: int, cuts: Sequence[float]
) -> Iterator[Mapping[str, Score] | None]:  # fmt: skip
    """The scores of each method at each of these cut-offs, None if nothing could be predicted."""
    everybody = _everybody(tuple(histories))
    mine = histories[number]
    for cut in cuts:
        house = _house(everybody, cut)
        context = replace(context_at(mine, datetime.fromtimestamp(cut, UTC), house=house), account_id=number)
        right = _right(mine, cut, context.library)
        if not right or not house.has_enough_besides(number):
            yield None
            continue
        numbers = _Numbers(everybody, context, number, cut)
        wanted = {numbers.of[key] for key in right if key in numbers.of}
        missing = len(right) - len(wanted)  # songs that nobody else knows cannot be found, but they count
        whole = wanted | {-1 - one for one in range(missing)}
        yield {
            method: Score(ndcg(ranked, whole, DISCOVERY.at), recall(ranked, whole))
            for method, ranked in _rankings(numbers, context).items()
        }


@lru_cache(1)
def _everybody(histories: tuple[History, ...]) -> Everybody:
    numbers: dict[str, int] = {}
    tracks: dict[int, HouseTrack] = {}
    plays, firsts = [], []
    for history in histories:
        mine = []
        for names in history.songs:
            number = numbers.setdefault(names.key, len(numbers) + 1)
            tracks.setdefault(number, HouseTrack(number, names.name, names.artist, names.album))
            mine.append(number)
        heard = [HousePlay(play.at, mine[play.song]) for play in history.plays if play.heard]
        first: dict[int, float] = {}
        for at, number in heard:
            first.setdefault(number, at)
        plays.append(heard)
        firsts.append(sorted((at, number) for number, at in first.items()))
    return Everybody(plays, firsts, tracks)


def _house(everybody: Everybody, cut: float) -> House:
    plays = {number: heard[: bisect_left(heard, (cut,))] for number, heard in enumerate(everybody.plays)}
    used = {play.track for heard in plays.values() for play in heard}
    tracks = {number: everybody.tracks[number] for number in used}
    return House.of(
        {number: heard for number, heard in plays.items() if heard}, tracks, datetime.fromtimestamp(cut, UTC)
    )


def _right(history: History, cut: float, library: Library) -> set[str]:
    window = history.plays[
        bisect_left(history.plays, cut, key=_at) : bisect_left(history.plays, cut + 28 * DAY, key=_at)
    ]
    return {history.songs[play.song].key for play in window if play.heard} - set(library)


def _at(play: tuple[float, int, bool]) -> float:
    return play[0]


class _Numbers:
    """Counts for simple methods: the songs of every other listener before the cut-off."""

    def __init__(self, everybody: Everybody, context: Context, number: int, cut: float) -> None:
        self.songs = [
            [song for _, song in firsts[: bisect_left(firsts, (cut,))]]
            for other, firsts in enumerate(everybody.firsts)
            if other != number
        ]
        self.listeners = Counter(song for songs in self.songs for song in songs)
        self.of = {everybody.tracks[song].key: song for song in self.listeners}
        self.known = {self.of[key] for key in context.library if key in self.of}
        self.tracks = everybody.tracks

    def best(self, scores: Mapping[int, float], count: int = DEEP) -> list[int]:
        unheard = {song: score for song, score in scores.items() if song not in self.known}
        return nlargest(count, unheard, key=lambda song: (unheard[song], -song))


def _rankings(numbers: _Numbers, context: Context) -> dict[str, list[int]]:
    providers = {provider.name: provider for provider in PROVIDERS if provider.name in ALONE}
    weights = {name: provider.weight_for(context) for name, provider in providers.items()}
    proposed = {name: provider.candidates(context, 200) for name, provider in providers.items()}
    both = [each for kind in fused(proposed, weights).values() for each in kind]
    ranked = [each.key for each in sorted(both, key=lambda each: (-each.score, each.key))]
    of_known_artists = _known_artists(numbers, context)
    all_of_these = numbers.best(of_known_artists, len(of_known_artists))
    alone = {
        method: _capped(numbers, [candidate.key for candidate in proposed[name]]) for name, method in ALONE.items()
    }
    return {
        "popularity": numbers.best(numbers.listeners),
        "item-kNN": numbers.best(_item_knn(numbers, context)),
        KNOWN_ARTISTS: all_of_these[:DEEP],
        KNOWN_ARTISTS_CAPPED: _capped(numbers, [numbers.tracks[song].key for song in all_of_these]),
        "ours": _capped(numbers, ranked),
    } | alone


def _capped(numbers: _Numbers, keys: Sequence[str]) -> list[int]:
    artists: Counter[str] = Counter()
    numbered = []
    for key in keys:
        artist = key.partition("\x1f")[0]
        if artists[artist] < OF_AN_ARTIST and key in numbers.of:
            artists[artist] += 1
            numbered.append(numbers.of[key])
    return numbered[:DEEP]


def _item_knn(numbers: _Numbers, context: Context) -> Mapping[int, float]:
    """Item-kNN: shrunk cosine similarity of listeners; seeds are weighted by plays with a half-life of 30 days."""
    loved = nlargest(SEEDS, context.songs, key=lambda song: (song.decay(30), song.key))
    weights = {numbers.of[song.key]: song.decay(30) for song in loved if song.key in numbers.of}
    libraries = [(songs, [seed for seed in songs if seed in weights]) for songs in numbers.songs]
    together: dict[int, dict[int, int]] = defaultdict(lambda: defaultdict(int))
    for songs, seeds in libraries:
        for seed in seeds:
            counts = together[seed]
            for song in songs:
                counts[song] += 1
    scores: dict[int, float] = defaultdict(float)
    for seed, counts in together.items():
        for song, count in counts.items():
            scores[song] += weights[seed] * count / (
                sqrt(numbers.listeners[seed] * numbers.listeners[song]) + SHRUNK
            )  # fmt: skip
    return scores


def _known_artists(numbers: _Numbers, context: Context) -> Mapping[int, float]:
    played = {key: artist.decay(30) for key, artist in context.artists.items()}
    scores = {
        song: played.get(artist_key(numbers.tracks[song].artist), 0.0) * count
        for song, count in numbers.listeners.items()
    }
    return {song: score for song, score in scores.items() if score}
