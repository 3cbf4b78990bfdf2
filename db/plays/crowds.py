"""Find pairs of reports that could be the same play where so many coincide that not every pair can be compared.

Reports that could be the same play share a shelf, sorted by time, and each is compared only with its neighbours there.
So twice as many reports take twice the work, however many of them coincide.
"""

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence

from db.plays.reported_play import INEXACT, LONG_REACH, MINUTE, RANK, REACH, ReportedPlay
from db.plays.same_music import Item, Music, item_of

# A report is compared with at most this many reports of the same source and music on either side within REACH. Nobody
# hears one song, or plays of equal duration, so often in two and a half minutes. If a file says otherwise, nothing
# tells its rows apart, and comparing every pair would take hours.
NEIGHBOURS = 50
# The reports on a shelf share a key. They are sorted by when they ended, by when they began or, for reports of equal
# duration from account data and extended exports, by the minute.
Space = tuple[str, int]
END, START, EXACT = ("end", 0), ("start", 0), "minute"
ANYTHING = -1
Place = tuple[int, Space]
Entry = tuple[int, int, int, ReportedPlay]  # the time to sort by, when it ended, its digest: unique on a shelf
Shelves = Mapping[Place, Mapping[str, Sequence[Entry]]]
Groups = Mapping[Item, Sequence[int]]


def neighbours(
    plays: Sequence[ReportedPlay], music: Mapping[Item, Music]
) -> Iterator[tuple[ReportedPlay, ReportedPlay]]:
    """Pairs of reports, as (worse, better), that are neighbours on a shelf."""
    items = set(map(item_of, plays))
    numbers: dict[Hashable, int] = {}  # keys are long, and looked up often
    groups = {item: tuple(numbers.setdefault(key, len(numbers)) for key in music[item].groups) for item in items}
    worse = sorted((play for play in plays if play.source != "extended"), key=lambda play: (play.digest, play.ended))
    lookups = [(play, list(_lookups(play, music, groups))) for play in worse]
    shelves = _shelves(plays, music, groups, {place for _, places in lookups for place, _ in places})
    seen: Counter[Hashable] = Counter()
    for play, places in lookups:
        occupied = [(place, at) for place, at in places if place in shelves]
        near = {better.id: better for place, at in occupied for better in _near(play, place, at, shelves, seen)}
        yield from ((play, better) for better in near.values())


def _lookups(play: ReportedPlay, music: Mapping[Item, Music], groups: Groups) -> Iterator[tuple[Place, int]]:
    """The shelves that can hold better reports of this play, and the position to look at on each."""
    times = [*((START, began) for began in _beginnings(play, music)), (END, play.ended)]
    if play.begun is not None:
        times.append((END, play.begun))
    yield from (((group, space), at) for space, at in times for group in groups[item_of(play)])
    if play.source == "account" and play.ms_played is not None:
        yield from (((group, (EXACT, play.ms_played)), play.ended) for group in _renamed(play, groups))


def _beginnings(play: ReportedPlay, music: Mapping[Item, Music]) -> Sequence[int]:
    """Moments about which better reports of the same play began, without the pauses that this one does not know."""
    heard = play.heard(music[item_of(play)].length) if play.source in INEXACT else None
    if heard is None:
        return []
    began, ended = heard
    return [began, *range(max(began, ended - LONG_REACH), ended, REACH)]


def _renamed(play: ReportedPlay, groups: Groups) -> Sequence[int]:
    return (*groups[item_of(play)], ANYTHING) if play.may_be_renamed else groups[item_of(play)]


def _shelves(plays: Iterable[ReportedPlay], music: Mapping[Item, Music], groups: Groups, needed: set[Place]) -> Shelves:
    """The shelves that lookups need, by place and source."""
    shelves: dict[Place, dict[str, list[Entry]]] = defaultdict(lambda: defaultdict(list))
    for play in plays:
        for place, at in _places(play, music, groups):
            if place in needed:
                shelves[place][play.source].append((at, play.ended, play.digest, play))
    for shelf in (shelf for by_source in shelves.values() for shelf in by_source.values()):
        shelf.sort()
    return shelves


def _places(play: ReportedPlay, music: Mapping[Item, Music], groups: Groups) -> Iterator[tuple[Place, int]]:
    """The shelves that hold this play, and its position on each."""
    own = groups[item_of(play)]
    length = music[item_of(play)].length
    duration = play.duration(length)
    starts = {play.started, None if duration is None else play.ended - duration, *play.beginnings} - {None}
    ends = (play.ended, *play.moments, *_moments_if_left(play, length))
    yield from (((group, END), end) for end in ends for group in own)
    yield from (((group, START), start) for group in own for start in starts if start is not None)
    if play.source == "extended" and play.ms_played is not None:
        minute = play.ended - play.ended % MINUTE
        yield from (((group, (EXACT, play.ms_played)), minute) for group in _renamed(play, groups))


def _moments_if_left(play: ReportedPlay, length: int | None) -> range:
    """Moments at which a report of the same play ended if only one of the two knows of a pause, or when it was left."""
    longest = min(length or 0, LONG_REACH)
    if play.source in INEXACT:
        return range(play.ended + REACH, play.ended + longest, REACH)
    return range(play.ended - longest, play.ended, REACH) if play.source == "recent" else range(0)


def _near(
    play: ReportedPlay, place: Place, at: int, shelves: Shelves, seen: Counter[Hashable]
) -> Iterator[ReportedPlay]:
    """The nearest reports of every better source. The nth report of a moment starts at the nth one on the shelf."""
    exact = place[1][0] == EXACT
    for source, shelf in shelves[place].items():
        if RANK[source] < RANK[play.source] and (exact or (play.source, source) != ("account", "extended")):
            alike = (place, play.source, source, at)
            own = bisect_left(shelf, (at,)) + seen[alike]
            seen[alike] += 1
            first, last = bisect_left(shelf, (at - REACH,)), bisect_left(shelf, (at + REACH + 1,))
            for *_, better in shelf[max(first, own - NEIGHBOURS) : min(last, own + NEIGHBOURS + 1)]:
                yield better
