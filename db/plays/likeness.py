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


def likeness(worse: ReportedPlay, better: ReportedPlay, music: Mapping[Item, Music]) -> Likeness | None:
    """A sort key that puts the likeliest pair first; None if the two cannot be the same play."""
    same = music[item_of(worse)].is_same(music[item_of(better)])
    if (worse.source, better.source) == ("account", "extended"):
        agree = worse.ended == better.ended - better.ended % MINUTE and worse.ms_played == better.ms_played
        apart = 0 if agree and (same or (worse.may_be_renamed and better.track_id is not None)) else None
    else:
        length = music[item_of(worse)].length or music[item_of(better)].length
        duration = better.duration(music[item_of(better)].length)
        apart = _apart(worse, better, duration, length) if same else None
    if apart is None:
        return None
    return not same, apart, better.ended, worse.ended, better.digest, worse.digest


def _apart(worse: ReportedPlay, better: ReportedPlay, duration: int | None, length: int | None) -> int | None:
    """How many milliseconds apart they ended or began; None if they are two plays. `length` is the music's."""
    near = _ends_apart(worse, better) if worse.begun is None else _begun_apart(worse, worse.begun, better, duration)
    return _overlapping(worse, better, length) if near is None else near


def _ends_apart(worse: ReportedPlay, better: ReportedPlay) -> int | None:
    """How far apart they ended; None if that is too far and no pause that live collecting saw explains it."""
    ends = max(0, worse.ended - better.last, better.ended - worse.last)
    if ends <= WINDOW:
        return ends
    further = abs(worse.ended - better.ended)
    if better.started is None or further > LONGEST_PAUSE:
        return None
    if better.source == "current" and further <= LONG_REACH and better.started < worse.ended <= better.ended:
        return better.ended - worse.ended
    if worse.source != "current" or worse.started is None:
        return None
    beginnings = abs(worse.started - better.started)
    return beginnings + WINDOW + 1 if beginnings <= WINDOW else None


def _begun_apart(worse: ReportedPlay, begun: int, better: ReportedPlay, duration: int | None) -> int | None:
    """How far apart they began or ended, where a tracker reports that one had `begun`; None if that is too far.

    When a song repeats, each play begins as the one before it ends, so an end is compared with a beginning last.
    """
    if abs(worse.ended - better.ended) > (LONGEST_PAUSE if _began_together(begun, better) else LONG_REACH):
        return None
    at_start = abs(begun - better.ended)
    # If a tracker does not know the duration, it does not know the end either.
    ends = max(0, worse.ended - better.last, better.ended - worse.last)
    distances = [ends] * (begun != worse.ended) + _beginnings_apart(begun, better, duration)
    return min([at_start + WINDOW, *distances]) if min([at_start, *distances]) <= WINDOW else None


def _began_together(begun: int, better: ReportedPlay) -> bool:
    return better.source == "current" and better.started is not None and abs(begun - better.started) <= WINDOW


def _beginnings_apart(begun: int, better: ReportedPlay, duration: int | None) -> list[int]:
    """The distances to the better report's beginning, as reported and as calculated from its duration."""
    distances = [] if better.started is None else [abs(begun - better.started)]
    if duration is not None:
        distances.append(max(0, begun - (better.last - duration), better.ended - duration - begun))
    return distances


def _overlapping(worse: ReportedPlay, better: ReportedPlay, length: int | None) -> int | None:
    """More than any distance above if the two overlap, else None: nobody plays one song twice at the same time.

    One of the two sources missed a pause, or when the play was left. Any pair that agrees about a time is nearer.
    """
    first, second = worse.heard(length), better.heard(length)
    if first is None or second is None or not _one_is_inexact(worse, better):
        return None
    # If the first poll found it paused, nobody polled when it began, and the pause may have lasted all night.
    paused_first = better.source == "current" and worse.begun is not None and first[0] <= second[0] + LONG_REACH
    if abs(worse.ended - better.ended) > (LONGEST_PAUSE if paused_first else LONG_REACH):
        return None
    if min(first[1], second[1]) - max(first[0], second[0]) <= JITTER:
        return None
    return 2 * WINDOW + min(abs(first[0] - second[0]), abs(first[1] - second[1]))


def _one_is_inexact(worse: ReportedPlay, better: ReportedPlay) -> bool:
    """Whether one of the two may have the end wrong. Two trackers would agree about the beginning."""
    both_are_trackers = worse.source in BEGINNING_SOURCES and better.source in BEGINNING_SOURCES
    return not both_are_trackers and (worse.source in INEXACT or better.source in INEXACT)
