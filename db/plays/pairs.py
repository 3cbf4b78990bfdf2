"""Find pairs of reports from different sources that could be the same play, the likeliest first.

docs/rules/plays.md states the rule. Reports that could be the same play share a shelf, sorted by time, and each is
compared only with its neighbours there. So twice as many reports take twice the work, however many of them coincide.
"""

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence

import msgspec

from db.plays.same_moment import LONG_ENOUGH
from db.plays.same_music import Item, Music, item_of

# Of two reports of the same play, the one whose source comes first counts: it has more details. Account exports have
# names, the minute and the duration; other trackers have only names and the time at which the play began.
SOURCES = (
    "extended", "current", "recent", "listenbrainz", "account", "koito", "maloja", "scrobble", "lastfm",
    "lastfm_minute",
)  # fmt: skip
# These report when a play began; some of their clients report when it ended.
BEGINNING_SOURCES = ("listenbrainz", "koito", "maloja", "scrobble", "lastfm", "lastfm_minute")
RANK = {source: rank for rank, source in enumerate(SOURCES)}
# In milliseconds. Two sources may disagree by WINDOW about when a play ended. No pair is further apart than REACH
# (account exports have only the minute), or LONG_REACH if one of the two is from BEGINNING_SOURCES.
MINUTE = 60_000
WINDOW = 90_000
REACH = WINDOW + MINUTE
LONG_REACH = 22 * MINUTE
LONGEST_BEGUN = 20 * MINUTE
# The limit if a player's report and live collecting began together: the player's report ignores the pause.
LONGEST_PAUSE = 12 * 60 * MINUTE
# A report is compared with at most this many reports of the same source and music on either side within REACH. Nobody
# hears one song, or plays of equal duration, so often in two and a half minutes. If a file says otherwise, nothing
# tells its rows apart, and comparing every pair would take hours.
NEIGHBOURS = 50


class ReportedPlay(msgspec.Struct, frozen=True):
    """A play as one source reports it; times in milliseconds since 1970."""

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
        """The latest time at which it can have ended: account exports have only the minute."""
        return self.ended + (MINUTE - 1 if self.source == "account" else 0)

    @property
    def begun(self) -> int | None:
        """When it began, according to a tracker."""
        if self.started is None or self.source not in BEGINNING_SOURCES:
            return None
        return self.started if self.started > self.ended - LONGEST_BEGUN else None

    @property
    def moments(self) -> range:
        """Moments of the play at which another source may say that it ended, because it was paused.

        Only live collecting knows the beginning for sure. Without a pause, the end is enough.
        """
        if self.source != "current" or self.started is None:
            return range(0)
        return range(max(self.started, self.ended - LONG_REACH), self.ended - WINDOW, REACH)

    @property
    def may_be_renamed(self) -> bool:
        """Whether it may have another name in another export: a long play's duration identifies it (same_moment.py)."""
        return self.track_id is not None and (self.ms_played or 0) >= LONG_ENOUGH


# The reports on a shelf share a key. They are sorted by when they ended, by when they began or, for reports of equal
# duration from account data and extended exports, by the minute.
Space = tuple[str, int]
END, START, EXACT = ("end", 0), ("start", 0), "minute"
ANYTHING = -1
Place = tuple[int, Space]
Entry = tuple[int, int, int, ReportedPlay]  # the time to sort by, when it ended, its digest: unique on a shelf
Shelves = Mapping[Place, Mapping[str, Sequence[Entry]]]
Groups = Mapping[Item, Sequence[int]]
Likeness = tuple[bool, int, int, int, int, int]


def likely_pairs(plays: Sequence[ReportedPlay], music: Mapping[Item, Music]) -> list[tuple[int, int]]:
    """The ids of each pair as (worse, better), the likeliest pair first."""
    numbers: dict[Hashable, int] = {}  # instead of the keys, which are long and looked up often
    groups = {item: tuple(numbers.setdefault(key, len(numbers)) for key in its.groups) for item, its in music.items()}
    others = sorted((play for play in plays if play.source != "extended"), key=lambda play: (play.digest, play.ended))
    lookups = [(play, list(_lookups(play, groups))) for play in others]
    shelves = _shelves(plays, music, groups, {place for _, places in lookups for place, _ in places})
    seen: Counter[Hashable] = Counter()
    likely = []
    for play, places in lookups:
        occupied = [(place, at) for place, at in places if place in shelves]
        near = {better.id: better for place, at in occupied for better in _near(play, place, at, shelves, seen)}
        likely += [(like, play.id, key) for key, better in near.items() if (like := _likeness(play, better, music))]
    return [(worse, better) for _, worse, better in sorted(likely)]


def _lookups(play: ReportedPlay, groups: Groups) -> Iterator[tuple[Place, int]]:
    """The shelves that can hold better reports of this play, and the position to look at on each."""
    times = [(END, play.ended)] if play.begun is None else [(START, play.begun), (END, play.begun), (END, play.ended)]
    if play.source == "current" and play.started is not None:
        times.append((START, play.started))
    yield from (((group, space), at) for space, at in times for group in groups[item_of(play)])
    if play.source == "account" and play.ms_played is not None:
        yield from (((group, (EXACT, play.ms_played)), play.ended) for group in _renamed(play, groups))


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
    duration = _duration(play, music)
    starts = {play.started, None if duration is None else play.ended - duration} - {None}
    ends = (play.ended, *play.moments, *_moments_if_left(play, music))
    yield from (((group, END), end) for end in ends for group in own)
    yield from (((group, START), start) for group in own for start in starts if start is not None)
    if play.source == "extended" and play.ms_played is not None:
        minute = play.ended - play.ended % MINUTE
        yield from (((group, (EXACT, play.ms_played)), minute) for group in _renamed(play, groups))


def _moments_if_left(play: ReportedPlay, music: Mapping[Item, Music]) -> range:
    """Moments at which another report of the play may have ended, if only recently-played knows when it was left."""
    longest = min(music[item_of(play)].length or 0, LONG_REACH)
    later, earlier = (
        range(play.ended + REACH, play.ended + longest, REACH),
        range(play.ended - longest, play.ended, REACH),
    )
    return later if play.source == "current" else earlier if play.source == "recent" else range(0)


def _duration(play: ReportedPlay, music: Mapping[Item, Music]) -> int | None:
    return music[item_of(play)].length if play.ms_played is None else play.ms_played


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


def _likeness(worse: ReportedPlay, better: ReportedPlay, music: Mapping[Item, Music]) -> Likeness | None:
    """A sort key that puts the likeliest pair first; None if the two cannot be the same play."""
    same = music[item_of(worse)].is_same(music[item_of(better)])
    if (worse.source, better.source) == ("account", "extended"):
        agree = worse.ended == better.ended - better.ended % MINUTE and worse.ms_played == better.ms_played
        apart = 0 if agree and (same or (worse.may_be_renamed and better.track_id is not None)) else None
    else:
        length = music[item_of(worse)].length or music[item_of(better)].length
        apart = _apart(worse, better, _duration(better, music), length) if same else None
    if apart is None:
        return None
    return not same, apart, better.ended, worse.ended, better.digest, worse.digest


def _apart(worse: ReportedPlay, better: ReportedPlay, duration: int | None, length: int | None) -> int | None:
    """How many milliseconds apart they ended or began; None if that is too far. `length` is the music's.

    When a song repeats, each play begins as the one before it ends, so an end is compared with a beginning last.
    """
    ends = max(0, worse.ended - better.last, better.ended - worse.last)
    if worse.begun is None:
        return ends if ends <= WINDOW else _apart_with_a_pause(worse, better, length)
    at_start = abs(worse.begun - better.ended)
    # If a tracker does not know the duration, it does not know the end either.
    distances = [ends] * (worse.begun != worse.ended) + _beginnings_apart(worse.begun, better, duration)
    if abs(worse.ended - better.ended) > (LONGEST_PAUSE if _began_together(worse.begun, better) else LONG_REACH):
        return None
    if min([at_start, *distances]) > WINDOW:
        return _overlapping(better, worse, worse.begun, length) if worse.begun != worse.ended else None
    return min([at_start + WINDOW, *distances])


def _began_together(begun: int, better: ReportedPlay) -> bool:
    return better.source == "current" and better.started is not None and abs(begun - better.started) <= WINDOW


def _apart_with_a_pause(worse: ReportedPlay, better: ReportedPlay, length: int | None) -> int | None:
    """More than WINDOW if one source may report when the play was paused, the other when it was left; else None."""
    if abs(worse.ended - better.ended) > LONG_REACH or better.started is None:
        return None
    if better.source == "current" and better.started < worse.ended:
        if worse.ended <= better.ended:
            return better.ended - worse.ended
        return _overlapping(worse, better, better.started, length)
    if worse.source != "current" or worse.started is None:
        return None
    beginnings = abs(worse.started - better.started)
    return beginnings + WINDOW + 1 if beginnings <= WINDOW else None


def _overlapping(recent: ReportedPlay, other: ReportedPlay, began: int, length: int | None) -> int | None:
    """More than WINDOW if the two overlap too far to be two plays, else None.

    Recently-played reports only when a play was left. The other report may end earlier, because nobody polled the
    player during a pause, or later, because a tracker assumes that the play was heard whole. There is no room for two
    plays if the one in recently-played, heard whole, would have begun before the other ended.
    """
    if recent.source != "recent" or length is None or not began < recent.ended < other.ended + length:
        return None
    return abs(recent.ended - other.ended) + 2 * WINDOW


def _beginnings_apart(begun: int, better: ReportedPlay, duration: int | None) -> list[int]:
    """The distances to the better report's beginning, as reported and as calculated from its duration."""
    distances = [] if better.started is None else [abs(begun - better.started)]
    if duration is not None:
        distances.append(max(0, begun - (better.last - duration), better.ended - duration - begun))
    return distances
