"""Find the reports of plays that were paused for longer than the song lasts, by the silence around the pause.

A tracker reports when such a play began, and recently-played when it ended, so they agree about no time. But nothing
else was heard meanwhile, and if the song had been heard twice, both would have reported both plays.
docs/rules/plays.md states the rule.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import chain
from operator import attrgetter, itemgetter

from db.plays.likeness import JITTER
from db.plays.reported_play import LONG_REACH, Pair, ReportedPlay, ranked
from db.plays.same_moment import LONG_ENOUGH
from db.plays.same_music import Item, Music, item_of

RESUMED = ("current", "recent", "account")  # these may report only the end of a play that was paused
ENDED = attrgetter("ended")


def around_silence(
    songs: Sequence[Sequence[ReportedPlay]], by_time: Sequence[tuple[int, int]], music: Mapping[Item, Music]
) -> list[tuple[int, int]]:
    """The ids of each pair as (worse, better), the shortest silence first. `songs` are the reports of each song.

    `by_time` are the pairs that agree about a time: a tracker's report in one of them is left out, and so is a report
    that agrees with a tracker's.
    """
    tracked = {play.id for reports in songs for play in reports if play.begun is not None}
    paired = set(chain.from_iterable(by_time))
    if tracked <= paired:
        return []
    with_tracker = {one for pair in by_time for one, other in (pair, pair[::-1]) if other in tracked}
    ends = sorted((play.ended, song) for song, reports in enumerate(songs) for play in reports)
    silences = [
        (later.ended - earlier.ended, earlier.ended, earlier.digest, later.digest, ranked(earlier, later))
        for song, reports in enumerate(songs)
        for earlier, later in _next_of_song(reports, paired, with_tracker)
        if _is_resumed(earlier, later, music) and _is_silent(ends, song, earlier, later)
    ]
    return [(worse.id, better.id) for *_, (worse, better) in sorted(silences, key=lambda each: each[:4])]


def _next_of_song(
    reports: Sequence[ReportedPlay], paired: Collection[int], with_tracker: Collection[int]
) -> Iterator[Pair]:
    """Each tracker's report, and the next one that a better-informed source has of the song."""
    resumed = sorted((play for play in reports if play.source in RESUMED and play.id not in with_tracker), key=ENDED)
    for play in reports:
        place = bisect_right(resumed, play.ended, key=ENDED)
        if play.begun is not None and play.id not in paired and place < len(resumed):
            yield play, resumed[place]


def _is_resumed(earlier: ReportedPlay, later: ReportedPlay, music: Mapping[Item, Music]) -> bool:
    """Whether a pause lies between the two. A song that is repeated at once begins as it ends, and what was skipped is
    not the rest of a play that a tracker submitted.
    """
    one, other = music[item_of(earlier)], music[item_of(later)]
    length = one.length or other.length
    first, second = earlier.heard(length), later.heard(length)
    if first is None or second is None or not one.is_same(other) or (later.duration(length) or 0) < LONG_ENOUGH:
        return False
    return second[0] - first[1] > JITTER and later.ended - earlier.ended <= LONG_REACH


def _is_silent(ends: Sequence[tuple[int, int]], song: int, earlier: ReportedPlay, later: ReportedPlay) -> bool:
    """Whether no other song ended between them. `ends` are (moment, song), in order.

    Clocks disagree, so the song before can seem to end a little after this one began.
    """
    since = (earlier.begun or earlier.ended) + LONG_ENOUGH
    first, last = bisect_right(ends, since, key=itemgetter(0)), bisect_left(ends, later.ended, key=itemgetter(0))
    return all(other == song for _, other in ends[first:last])
