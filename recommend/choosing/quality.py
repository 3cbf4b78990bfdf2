"""Measure how many recommended songs were heard, by kind and provider, compared with the baseline."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from recommend.choosing.hits import ListedSong, lists_between
from recommend.listening.candidates import KINDS


@dataclass(frozen=True, slots=True)
class Tally:
    """The number of songs that were shown, and of those that were heard in time."""

    shown: int
    hits: int

    @property
    def rate(self) -> float | None:
        """The share of shown songs that were heard; None if none was shown."""
        return self.hits / self.shown if self.shown else None

    def __add__(self, other: "Tally") -> "Tally":
        return Tally(self.shown + other.shown, self.hits + other.hits)


NONE = Tally(0, 0)


@dataclass(frozen=True, slots=True)
class KindQuality:
    """The shown songs of one kind, from all providers or one, and the baseline's songs of that kind."""

    kind: str
    shown: Tally
    baseline: Tally

    @property
    def lift(self) -> float | None:
        """The ratio to the baseline's rate; None if nothing was shown, or no baseline song was heard."""
        return _ratio(self.shown.rate, self.baseline.rate)


class SeveralKinds:
    """Shown songs of several kinds, compared with a baseline that has as many songs of each kind."""

    kinds: tuple[KindQuality, ...]

    @property
    def shown(self) -> Tally:
        return sum((kind.shown for kind in self.kinds), NONE)

    @property
    def comparable(self) -> Tally:
        """The songs of kinds that also occur in the baseline."""
        return sum((kind.shown for kind in self.kinds if kind.baseline.shown), NONE)

    @property
    def baseline_rate(self) -> float | None:
        """The rate of a baseline with as many songs of each kind; None if there is nothing to compare."""
        if not self.comparable.shown:
            return None
        expected = sum(kind.shown.shown * (kind.baseline.rate or 0) for kind in self.kinds)
        return expected / self.comparable.shown

    @property
    def lift(self) -> float | None:
        return _ratio(self.comparable.rate, self.baseline_rate)


@dataclass(frozen=True)
class ProviderQuality(SeveralKinds):
    """The shown songs by kind that a provider proposed, whether or not others proposed them too.

    `first` and `last` are the dates of its first and last list.
    """

    provider: str
    first: date
    last: date
    kinds: tuple[KindQuality, ...]


@dataclass(frozen=True)
class MonthQuality(SeveralKinds):
    """The songs by kind of a month's lists; `month` is its first day."""

    month: date
    kinds: tuple[KindQuality, ...]


@dataclass(frozen=True)
class Quality(SeveralKinds):
    """The quality of `lists`, which exclude `pending` ones: all kinds and months in order, and providers by name."""

    lists: int
    pending: int
    kinds: tuple[KindQuality, ...]
    providers: tuple[ProviderQuality, ...]
    months: tuple[MonthQuality, ...]


def quality(account_id: int, first: date, last: date, now: datetime) -> Quality:
    """The quality of the lists of these dates, judged by plays before `now`.

    Runs four queries; needs an open connection.
    """
    lists = lists_between(account_id, first, last, now)
    baseline = _by_kind(song for song in lists.songs if song.providers is None)
    shown = _by_kind(song for song in lists.songs if song.providers is not None)
    return Quality(
        lists.over,
        lists.pending,
        tuple(KindQuality(kind, shown.get(kind, NONE), baseline.get(kind, NONE)) for kind in KINDS),
        tuple(_providers(lists.songs, baseline)),
        tuple(_months(lists.songs)),
    )


def _providers(songs: Sequence[ListedSong], baseline: Mapping[str, Tally]) -> Iterator[ProviderQuality]:
    proposed: dict[str, list[ListedSong]] = defaultdict(list)
    for song in songs:
        for provider in song.providers or ():
            proposed[provider].append(song)
    for name, own_songs in sorted(proposed.items()):
        dates = [song.date for song in own_songs]
        yield ProviderQuality(name, min(dates), max(dates), tuple(_kinds(_by_kind(own_songs), baseline)))


def _months(songs: Sequence[ListedSong]) -> Iterator[MonthQuality]:
    of_month: dict[date, list[ListedSong]] = defaultdict(list)
    for song in songs:
        of_month[song.date.replace(day=1)].append(song)
    for month, own_songs in sorted(of_month.items()):
        shown = _by_kind(song for song in own_songs if song.providers is not None)
        baseline = _by_kind(song for song in own_songs if song.providers is None)
        yield MonthQuality(month, tuple(_kinds(shown, baseline)))


def _kinds(shown: Mapping[str, Tally], baseline: Mapping[str, Tally]) -> Iterator[KindQuality]:
    """The kinds that were shown, in order."""
    return (KindQuality(kind, shown[kind], baseline.get(kind, NONE)) for kind in KINDS if kind in shown)


def _by_kind(songs: Iterable[ListedSong]) -> dict[str, Tally]:
    counted = Counter((song.kind, song.is_hit) for song in songs)
    return {kind: Tally(counted[kind, True] + counted[kind, False], counted[kind, True]) for kind, _ in counted}


def _ratio(rate: float | None, baseline: float | None) -> float | None:
    return rate / baseline if rate is not None and baseline else None
