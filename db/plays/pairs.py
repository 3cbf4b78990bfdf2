"""Which reports of different sources could be one play, the likeliest pair first.

The rule is in docs/rules/plays.md. Reports that could be one play lie on one shelf, in the order of their times, and
each is compared with its neighbours there alone: however many lie beside them, twice the reports are twice the work.
"""

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from db.plays.same_moment import LONG_ENOUGH
from db.plays.same_music import Item, Music, item_of

# Of two reports of one play the one further left counts: it knows better what was played, when, and how. An account
# export knows music by name only and a time to the minute, but for how long; other trackers know no more than names and
# when listening began.
SOURCES = ("extended", "current", "recent", "listenbrainz", "account", "koito", "maloja", "lastfm", "lastfm_minute")
# Their time is when the play began, or, by some of their clients, when it ended.
BEGINNING_SOURCES = ("listenbrainz", "koito", "maloja", "lastfm", "lastfm_minute")
RANK = {source: rank for rank, source in enumerate(SOURCES)}
# All in milliseconds. Two sources may disagree by WINDOW on when a play ended. No pair is further apart than REACH (an
# account export tells the minute only), or LONG_REACH where one of BEGINNING_SOURCES is a source.
MINUTE = 60_000
WINDOW = 90_000
REACH = WINDOW + MINUTE
LONG_REACH = 22 * MINUTE
LONGEST_BEGUN = 20 * MINUTE
# A report is compared with so many of a source and the same music to either side of it within REACH. Nobody hears one
# song, or anything at all with the same milliseconds, so often in two and a half minutes; in a file where somebody does
# nothing tells which is which, and looking at every pair would take hours.
NEIGHBOURS = 50


class ReportedPlay(NamedTuple):
    """What one source says of a play; times in milliseconds since 1970."""

    id: int
    source: str
    ended: int
    started: int | None
    ms_played: int | None
    digest: int
    track_id: int | None
    episode_id: int | None

    @property
    def last(self) -> int:
        """When it ended at the latest: an account export knows the minute."""
        return self.ended + (MINUTE - 1 if self.source == "account" else 0)

    @property
    def begun(self) -> int | None:
        """When a tracker says that it began."""
        if self.started is None or self.source not in BEGINNING_SOURCES:
            return None
        return self.started if self.started > self.ended - LONGEST_BEGUN else None

    @property
    def may_be_renamed(self) -> bool:
        """Spotify renames music between two exports; a long play's milliseconds are its own (see same_moment.py)."""
        return self.track_id is not None and (self.ms_played or 0) >= LONG_ENOUGH


# On a shelf lies what has a key in common, by when it ended, by when it began, or, for what account data and an
# extended export tell with the same milliseconds, by its minute.
Space = tuple[str, int]
END, START, EXACT = ("end", 0), ("start", 0), "minute"
ANYTHING = -1
Place = tuple[int, Space]
Standing = tuple[int, int, int, ReportedPlay]  # the time there, when it ended, its digest: no two are the same
Shelves = Mapping[Place, Mapping[str, Sequence[Standing]]]
Groups = Mapping[Item, Sequence[int]]
Likeness = tuple[bool, int, int, int, int, int]


def likely_pairs(plays: Sequence[ReportedPlay], music: Mapping[Item, Music]) -> list[tuple[int, int]]:
    """(worse, better), the likeliest first."""
    numbers: dict[Hashable, int] = {}  # keys are long, and looked up often
    groups = {
        item: tuple(numbers.setdefault(key, len(numbers)) for key in known.groups) for item, known in music.items()
    }
    worse = sorted((play for play in plays if play.source != "extended"), key=lambda play: (play.digest, play.ended))
    asking = [(play, list(_asked(play, groups))) for play in worse]
    shelves = _shelves(plays, music, groups, {place for _, asked in asking for place, _ in asked})
    beside: Counter[Hashable] = Counter()
    likely = []
    for play, asked in asking:
        full = [(place, at) for place, at in asked if place in shelves]
        near = {better.id: better for place, at in full for better in _near(play, place, at, shelves, beside)}
        likely += [(like, play.id, key) for key, better in near.items() if (like := _likeness(play, better, music))]
    return [(less, better) for _, less, better in sorted(likely)]


def _asked(play: ReportedPlay, groups: Groups) -> Iterator[tuple[Place, int]]:
    """The shelves on which reports that stand for this one can lie, and where on each of them."""
    times = [(END, play.ended)] if play.begun is None else [(START, play.begun), (END, play.begun), (END, play.ended)]
    yield from (((group, space), at) for space, at in times for group in groups[item_of(play)])
    if play.source == "account" and play.ms_played is not None:
        yield from (((group, (EXACT, play.ms_played)), play.ended) for group in _renamed(play, groups))


def _renamed(play: ReportedPlay, groups: Groups) -> Sequence[int]:
    return (*groups[item_of(play)], ANYTHING) if play.may_be_renamed else groups[item_of(play)]


def _shelves(plays: Iterable[ReportedPlay], music: Mapping[Item, Music], groups: Groups, asked: set[Place]) -> Shelves:
    """Those that are asked for, each source by itself."""
    shelves: dict[Place, dict[str, list[Standing]]] = defaultdict(lambda: defaultdict(list))
    for play in plays:
        for place, at in _standing(play, music, groups):
            if place in asked:
                shelves[place][play.source].append((at, play.ended, play.digest, play))
    for shelf in (shelf for by_source in shelves.values() for shelf in by_source.values()):
        shelf.sort()
    return shelves


def _standing(play: ReportedPlay, music: Mapping[Item, Music], groups: Groups) -> Iterator[tuple[Place, int]]:
    own = groups[item_of(play)]
    lasted = _lasted(play, music)
    starts = {play.started, None if lasted is None else play.ended - lasted} - {None}
    yield from (((group, END), play.ended) for group in own)
    yield from (((group, START), start) for group in own for start in starts if start is not None)
    if play.source == "extended" and play.ms_played is not None:
        minute = play.ended - play.ended % MINUTE
        yield from (((group, (EXACT, play.ms_played)), minute) for group in _renamed(play, groups))


def _lasted(play: ReportedPlay, music: Mapping[Item, Music]) -> int | None:
    return music[item_of(play)].length if play.ms_played is None else play.ms_played


def _near(
    play: ReportedPlay, place: Place, at: int, shelves: Shelves, beside: Counter[Hashable]
) -> Iterator[ReportedPlay]:
    """The nearest in time of every better source. Of as many as there are of one moment each begins at its own."""
    exact = place[1][0] == EXACT
    for source, shelf in shelves[place].items():
        if RANK[source] < RANK[play.source] and (exact or (play.source, source) != ("account", "extended")):
            alike = (place, play.source, source, at)
            own = bisect_left(shelf, (at,)) + beside[alike]
            beside[alike] += 1
            first, last = bisect_left(shelf, (at - REACH,)), bisect_left(shelf, (at + REACH + 1,))
            for *_, better in shelf[max(first, own - NEIGHBOURS) : min(last, own + NEIGHBOURS + 1)]:
                yield better


def _likeness(less: ReportedPlay, better: ReportedPlay, music: Mapping[Item, Music]) -> Likeness | None:
    """To sort by, the likeliest first; None where they cannot be one play."""
    same = music[item_of(less)].is_same(music[item_of(better)])
    if (less.source, better.source) == ("account", "extended"):
        agree = less.ended == better.ended - better.ended % MINUTE and less.ms_played == better.ms_played
        apart = 0 if agree and (same or (less.may_be_renamed and better.track_id is not None)) else None
    else:
        apart = _apart(less, better, _lasted(better, music)) if same else None
    if apart is None:
        return None
    return not same, apart, better.ended, less.ended, better.digest, less.digest


def _apart(less: ReportedPlay, better: ReportedPlay, lasted: int | None) -> int | None:
    """How far apart they ended or began, None where that is too far.

    In a loop each round begins when the one before it ended: ends and beginnings are compared with their like first.
    """
    ends = max(0, less.ended - better.last, better.ended - less.last)
    if less.begun is None:
        return ends if ends <= WINDOW else None
    at_start = abs(less.begun - better.ended)
    # Where nobody knows how long it lasted its end is not known either.
    likes = [ends] * (less.begun != less.ended) + _beginnings_apart(less.begun, better, lasted)
    if min(at_start, *likes) > WINDOW or abs(less.ended - better.ended) > LONG_REACH:
        return None
    return min(at_start + WINDOW, *likes)


def _beginnings_apart(begun: int, better: ReportedPlay, lasted: int | None) -> list[int]:
    """Where the better report's beginning is known, or follows from how long it lasted."""
    known = [] if better.started is None else [abs(begun - better.started)]
    if lasted is not None:
        known.append(max(0, begun - (better.last - lasted), better.ended - lasted - begun))
    return known
