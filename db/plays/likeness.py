"""Decide whether two reports can be one play, and how alike they are.

docs/rules/plays.md states the rule.
"""

from collections.abc import Mapping

from db.plays.reported_play import (
    BEGINNING_SOURCES,
    INEXACT,
    LONG_REACH,
    LONGEST_PAUSE,
    MINUTE,
    WINDOW,
    ReportedPlay,
)
from db.plays.same_music import Item, Music, item_of

JITTER = 5_000  # milliseconds by which clocks disagree: repeated plays seem to overlap by no more
Likeness = tuple[bool, int, int, int, int, int]


def likeness(less: ReportedPlay, better: ReportedPlay, music: Mapping[Item, Music]) -> Likeness | None:
    """A sort key that puts the likeliest pair first; None if the two cannot be the same play."""
    same = music[item_of(less)].is_same(music[item_of(better)])
    if (less.source, better.source) == ("account", "extended"):
        agree = less.ended == better.ended - better.ended % MINUTE and less.ms_played == better.ms_played
        apart = 0 if agree and (same or (less.may_be_renamed and better.track_id is not None)) else None
    else:
        length = music[item_of(less)].length or music[item_of(better)].length
        duration = better.duration(music[item_of(better)].length)
        apart = _apart(less, better, duration, length) if same else None
    if apart is None:
        return None
    return not same, apart, better.ended, less.ended, better.digest, less.digest


def _apart(less: ReportedPlay, better: ReportedPlay, duration: int | None, length: int | None) -> int | None:
    """How far apart they ended or began; None if they are two plays. `length` is that of the music."""
    near = _ends_apart(less, better) if less.begun is None else _begun_apart(less, less.begun, better, duration)
    return _overlapping(less, better, length) if near is None else near


def _ends_apart(less: ReportedPlay, better: ReportedPlay) -> int | None:
    """How far apart they ended; None if that is too far, and no pause that live collecting saw explains it."""
    ends = max(0, less.ended - better.last, better.ended - less.last)
    if ends <= WINDOW:
        return ends
    if better.started is None or abs(less.ended - better.ended) > LONG_REACH:
        return None
    if better.source == "current" and better.started < less.ended <= better.ended:
        return better.ended - less.ended
    beginnings = abs(less.started - better.started) if less.source == "current" and less.started is not None else None
    return beginnings + WINDOW + 1 if beginnings is not None and beginnings <= WINDOW else None


def _begun_apart(less: ReportedPlay, begun: int, better: ReportedPlay, duration: int | None) -> int | None:
    """How far apart they began or ended, if a tracker tells when the one began; None if that is too far.

    If a song is repeated, each play begins when the one before it ends; so an end is compared with a beginning last.
    """
    if abs(less.ended - better.ended) > (LONGEST_PAUSE if _began_together(begun, better) else LONG_REACH):
        return None
    at_start = abs(begun - better.ended)
    # If a tracker does not know the duration, it does not know the end either.
    ends = max(0, less.ended - better.last, better.ended - less.last)
    distances = [ends] * (begun != less.ended) + _beginnings_apart(begun, better, duration)
    return min([at_start + WINDOW, *distances]) if min([at_start, *distances]) <= WINDOW else None


def _began_together(begun: int, better: ReportedPlay) -> bool:
    return better.source == "current" and better.started is not None and abs(begun - better.started) <= WINDOW


def _beginnings_apart(begun: int, better: ReportedPlay, duration: int | None) -> list[int]:
    """The distances to the better report's beginning, as reported and as calculated from its duration."""
    distances = [] if better.started is None else [abs(begun - better.started)]
    if duration is not None:
        distances.append(max(0, begun - (better.last - duration), better.ended - duration - begun))
    return distances


def _overlapping(less: ReportedPlay, better: ReportedPlay, length: int | None) -> int | None:
    """More than any distance of the others, or None: nobody plays one song twice at the same time.

    One of the two knows nothing of a pause, or of how the play was left; what else could be told of it is nearer.
    """
    one, other = less.heard(length), better.heard(length)
    if one is None or other is None or not _one_is_inexact(less, better):
        return None
    late = better.source == "current" and less.begun is not None and one[0] <= other[0]  # the first look, in a pause
    if abs(less.ended - better.ended) > (LONGEST_PAUSE if late else LONG_REACH):
        return None
    if min(one[1], other[1]) - max(one[0], other[0]) <= JITTER:
        return None
    return 2 * WINDOW + min(abs(one[0] - other[0]), abs(one[1] - other[1]))


def _one_is_inexact(less: ReportedPlay, better: ReportedPlay) -> bool:
    """Whether one of the two may tell another end: two trackers would tell the same beginning."""
    both_are_trackers = less.source in BEGINNING_SOURCES and better.source in BEGINNING_SOURCES
    return not both_are_trackers and (less.source in INEXACT or better.source in INEXACT)
