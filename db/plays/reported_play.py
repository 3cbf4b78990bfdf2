"""A play as one source reports it, and what each source knows about when it was heard."""

import msgspec

from db.plays.same_moment import LONG_ENOUGH

# Of two reports of the same play, the one whose source comes first counts: it has more details. Account exports have
# names, the minute and the duration; other trackers have only names and the time at which the play began.
SOURCES = (
    "extended", "current", "recent", "listenbrainz", "account", "koito", "maloja", "scrobble", "lastfm",
    "lastfm_minute",
)  # fmt: skip
# These report when a play began; some of their clients report when it ended.
BEGINNING_SOURCES = ("listenbrainz", "koito", "maloja", "scrobble", "lastfm", "lastfm_minute")
# These miss some pauses, so their end may differ from that of other sources.
INEXACT = ("current", *BEGINNING_SOURCES)
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
    def beginnings(self) -> range:
        """Moments at which it may have begun, if the first poll found it paused for long."""
        if self.source != "current" or self.started is None or self.ended - self.started <= LONG_REACH:
            return range(0)
        return range(self.started, self.started + LONG_REACH, REACH)

    def duration(self, length: int | None) -> int | None:
        """How long it was heard, in milliseconds; the length of the music if the source does not say."""
        return length if self.ms_played is None else self.ms_played

    def heard(self, length: int | None) -> tuple[int, int] | None:
        """When it began and ended, as far as the source knows; None if it does not. `length` is the music's.

        A report without a beginning is taken to have been heard without a pause, and whole unless it says how long.
        """
        if self.source == "current":
            return None if self.started is None else (self.started, self.ended)
        if self.begun is not None:
            return self.begun, self.ended if self.ended > self.begun else self.begun + (length or 0)
        duration = self.duration(length)
        return None if duration is None else (self.last - min(duration, LONG_REACH), self.ended)

    @property
    def may_be_renamed(self) -> bool:
        """Whether it may have another name in another export: a long play's duration identifies it (same_moment.py)."""
        return self.track_id is not None and (self.ms_played or 0) >= LONG_ENOUGH


Pair = tuple[ReportedPlay, ReportedPlay]  # the worse report, and the better one


def ranked(one: ReportedPlay, other: ReportedPlay) -> Pair:
    return (one, other) if RANK[one.source] > RANK[other.source] else (other, one)
