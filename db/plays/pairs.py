"""Find pairs of reports from different sources that could be the same play, the likeliest first.

docs/rules/plays.md states the rule. Most plays are hours from any other play of their song, so each report is compared
only with the few that are near it. Where there are many, db/plays/crowds.py chooses among them.
"""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Hashable, Iterable, Mapping, Sequence
from itertools import chain
from operator import attrgetter

from db.library.songs import Disjoint
from db.plays.crowds import neighbours
from db.plays.likeness import likeness
from db.plays.reported_play import LONG_REACH, LONGEST_PAUSE, MINUTE, Pair, ReportedPlay, ranked
from db.plays.same_music import Item, Music, item_of
from db.plays.silence import around_silence

MANY = 16  # reports of one song near each other: above this, comparing every two of them takes too long
ENDED = attrgetter("ended")


def likely_pairs(plays: Sequence[ReportedPlay], music: Mapping[Item, Music]) -> list[tuple[int, int]]:
    """The ids of each pair as (worse, better), the likeliest pair first."""
    pairs: list[Pair] = []
    crowd: dict[int, ReportedPlay] = {}
    songs = list(_of_one_song(plays, music))
    for alike in chain(songs, _of_one_duration(plays)):
        if len(alike) > 1 and len({play.source for play in alike}) > 1:
            near, many = _near(alike, _reach(alike, music))
            pairs += near
            crowd |= {play.id: play for play in many}
    pairs += neighbours(list(crowd.values()), music)
    each_once = {(worse.id, better.id): (worse, better) for worse, better in pairs}
    likely = sorted((like, ids) for ids, pair in each_once.items() if (like := likeness(*pair, music)))
    by_time = [ids for _, ids in likely]
    return [*by_time, *around_silence(songs, by_time, music)]


def _of_one_song(plays: Iterable[ReportedPlay], music: Mapping[Item, Music]) -> Iterable[list[ReportedPlay]]:
    """The reports of each song: of items that share a key or an ISRC, directly or through others."""
    items, first_with = Disjoint(range(len(music))), dict[Hashable, int]()
    for number, one in enumerate(music.values()):
        for group in one.groups:
            first = first_with.setdefault(group, number)
            if first != number:
                items.unite((first, number))
    song = {item: items.first(number) for number, item in enumerate(music)}
    reports: dict[int, list[ReportedPlay]] = defaultdict(list)
    for play in plays:
        reports[song[play.track_id, play.episode_id]].append(play)
    return reports.values()


def _of_one_duration(plays: Iterable[ReportedPlay]) -> Iterable[list[ReportedPlay]]:
    """The reports with the same minute and milliseconds in account data and extended exports, which may be renamed."""
    reports: dict[tuple[int, int | None], list[ReportedPlay]] = defaultdict(list)
    for play in plays:
        if play.source in {"account", "extended"} and play.may_be_renamed:
            reports[play.ended - play.ended % MINUTE, play.ms_played].append(play)
    return reports.values()


def _reach(reports: Iterable[ReportedPlay], music: Mapping[Item, Music]) -> int:
    """How far apart the ends of two of these reports can be if they are one play: see likeness.py.

    If live collecting saw a pause, a tracker's report of the play may have ended before it, and an export's after it.
    """
    live = [play for play in reports if play.source == "current"]
    if not live:
        return LONG_REACH
    if any(play.source == "extended" and play.started is not None for play in reports):
        return LONGEST_PAUSE
    longest = max((play.ended - play.started for play in live if play.started is not None), default=0)
    length = max(music[item_of(play)].length or 0 for play in reports)
    return min(LONG_REACH + longest + length, LONGEST_PAUSE)


def _near(reports: Iterable[ReportedPlay], reach: int) -> tuple[list[Pair], list[ReportedPlay]]:
    """Every two reports of different sources within reach, and the reports that are too many for that."""
    ordered = sorted(reports, key=ENDED)
    ends = list(map(ENDED, ordered))
    pairs: list[Pair] = []
    crowd: list[ReportedPlay] = []
    crowded = 0  # the place up to which reports are in the crowd
    for place, play in enumerate(ordered):
        until = bisect_right(ends, play.ended + reach)
        if until - place > MANY:
            crowd += ordered[max(place, crowded) : until]
            crowded = max(until, crowded)
        else:
            pairs += (ranked(play, other) for other in ordered[place + 1 : until] if other.source != play.source)
    return pairs, crowd
