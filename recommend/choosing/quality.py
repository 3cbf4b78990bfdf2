"""How much of what was recommended was heard, by kind and by provider, beside what a simple list would have reached."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from recommend.choosing.hits import ListedSong, lists_between
from recommend.listening.candidates import KINDS


@dataclass(frozen=True, slots=True)
class Tally:
    """How many songs were shown, and how many of them were heard in time."""

    shown: int
    hits: int

    @property
    def rate(self) -> float | None:
        """None where nothing was shown."""
        return self.hits / self.shown if self.shown else None

    def __add__(self, other: "Tally") -> "Tally":
        return Tally(self.shown + other.shown, self.hits + other.hits)


NONE = Tally(0, 0)


@dataclass(frozen=True, slots=True)
class KindQuality:
    """Songs of one kind that were shown, of all or of one provider; and the simple lists' songs of that kind."""

    kind: str
    shown: Tally
    baseline: Tally

    @property
    def lift(self) -> float | None:
        """How many times the simple lists' rate; None where nothing was shown, or nothing simple was heard."""
        return _ratio(self.shown.rate, self.baseline.rate)


@dataclass(frozen=True, slots=True)
class ProviderQuality:
    """What a provider proposed and was shown, others having proposed it too or not, by kind.

    `first` and `last` are the dates of lists that it had songs in.
    """

    provider: str
    first: date
    last: date
    kinds: tuple[KindQuality, ...]

    @property
    def shown(self) -> Tally:
        return sum((kind.shown for kind in self.kinds), NONE)

    @property
    def comparable(self) -> Tally:
        """Of the kinds that simple lists had songs of."""
        return sum((kind.shown for kind in self.kinds if kind.baseline.shown), NONE)

    @property
    def baseline_rate(self) -> float | None:
        """Of a simple list with as many songs of each kind; None where there is nothing to compare with."""
        if not self.comparable.shown:
            return None
        expected = sum(kind.shown.shown * (kind.baseline.rate or 0) for kind in self.kinds)
        return expected / self.comparable.shown

    @property
    def lift(self) -> float | None:
        return _ratio(self.comparable.rate, self.baseline_rate)


@dataclass(frozen=True, slots=True)
class Quality:
    """Of so many `lists`, `pending` ones not among them; every kind in its order, providers by name."""

    lists: int
    pending: int
    kinds: tuple[KindQuality, ...]
    providers: tuple[ProviderQuality, ...]


def quality(account_id: int, first: date, last: date, now: datetime) -> Quality:
    """Of the lists of these dates, as far as plays before `now` tell. Four queries; needs an open connection."""
    lists = lists_between(account_id, first, last, now)
    baseline = _by_kind(song for song in lists.songs if song.providers is None)
    shown = _by_kind(song for song in lists.songs if song.providers is not None)
    proposed: dict[str, list[ListedSong]] = {}
    for song in lists.songs:
        for provider in song.providers or ():
            proposed.setdefault(provider, []).append(song)
    return Quality(
        lists.over,
        lists.pending,
        tuple(KindQuality(kind, shown.get(kind, NONE), baseline.get(kind, NONE)) for kind in KINDS),
        tuple(_provider(name, proposed[name], baseline) for name in sorted(proposed)),
    )


def _provider(name: str, songs: Sequence[ListedSong], baseline: Mapping[str, Tally]) -> ProviderQuality:
    dates, shown = [song.date for song in songs], _by_kind(songs)
    kinds = (KindQuality(kind, shown[kind], baseline.get(kind, NONE)) for kind in KINDS if kind in shown)
    return ProviderQuality(name, min(dates), max(dates), tuple(kinds))


def _by_kind(songs: Iterable[ListedSong]) -> dict[str, Tally]:
    counted = Counter((song.kind, song.is_hit) for song in songs)
    return {kind: Tally(counted[kind, True] + counted[kind, False], counted[kind, True]) for kind, _ in counted}


def _ratio(rate: float | None, baseline: float | None) -> float | None:
    return rate / baseline if rate is not None and baseline else None
