"""Turn polls of a player into plays, by pure functions: each poll updates what is being heard, and may end plays.

Between two polls anything can happen. The rules take the likeliest explanation, so a play's times and its
listened milliseconds differ from the truth by at most the interval between two polls; docs/rules/live.md has the rules.
"""

from datetime import datetime, timedelta

import msgspec
from msgspec.structs import replace

from music import LOCAL_FILE, Episode, Track
from spotify.player import Shown

JITTER = 5_000  # milliseconds by which progress and clock may disagree
LONGEST_PAUSE = timedelta(hours=12)  # afterwards, an item that was left paused counts as left for good
UNSEEN = timedelta(minutes=10)  # longer than any wait for the next poll: nobody has looked at the player
MILLISECOND = timedelta(milliseconds=1)


def item_of(track: Track | None, episode: Episode | None) -> Track | Episode:
    """The one that is not None. The two are stored in separate fields, because JSON cannot tell them apart."""
    if track is not None:
        return track
    if episode is None:
        raise LookupError("neither a track nor an episode")
    return episode


class Hearing(msgspec.Struct, frozen=True):
    """The item that a player plays or has paused, as the latest poll showed it.

    `started_at` is the likeliest beginning. `was_playing`: some poll showed it playing. `is_idle`: the player has
    shown nothing since, and may still resume it.
    """

    track: Track | None
    episode: Episode | None
    started_at: datetime
    seen_at: datetime
    progress_ms: int
    listened_ms: int
    is_playing: bool
    was_playing: bool
    duration_ms: int | None = None
    context_uri: str | None = None
    is_idle: bool = False

    @property
    def item(self) -> Track | Episode:
        return item_of(self.track, self.episode)

    @property
    def is_local(self) -> bool:
        return is_local(self.track)

    @property
    def finishes_at(self) -> datetime | None:
        """When it ends if it goes on playing; None if it is paused or its length is unknown."""
        if not self.is_playing or self.duration_ms is None:
            return None
        return self.seen_at + (self.duration_ms - self.progress_ms) * MILLISECOND


def is_local(track: Track | None) -> bool:
    """Whether it is a file of the listener's own."""
    return track is not None and (track.uri or "").startswith(LOCAL_FILE)


class Heard(msgspec.Struct, frozen=True):
    """A play that has ended; `ended_at` is when the player left it, after all pauses.

    `open_until`: for some time, nobody looked at the player, so the play may have gone on, until this time at the
    latest. `seen_at` and `seen_ms` are then the last time at which it was seen, and how long it had been heard.
    """

    track: Track | None
    episode: Episode | None
    started_at: datetime
    ended_at: datetime
    listened_ms: int
    context_uri: str | None = None
    open_until: datetime | None = None
    seen_at: datetime | None = None
    seen_ms: int = 0

    @property
    def item(self) -> Track | Episode:
        return item_of(self.track, self.episode)


class Watched(msgspec.Struct, frozen=True):
    """All that the next poll of an account needs to know."""

    polled_at: datetime | None = None
    hearing: Hearing | None = None


def observe(before: Watched, shown: Shown) -> tuple[Watched, list[Heard]]:
    """What is being heard after a poll, and the plays that have ended according to it."""
    hearing = before.hearing
    if hearing is None:
        return Watched(shown.at, _begun(shown, before.polled_at)), []
    if shown.item is None:
        return _nothing_shown(hearing, shown.at)
    if _is_same(hearing, shown):
        return Watched(shown.at, _continued(hearing, shown)), []
    after = _after(hearing, shown)
    return Watched(shown.at, after), end(hearing, after.started_at if after else shown.at)


def _after(before: Hearing, shown: Shown) -> Hearing | None:
    """The hearing that followed another one. If it is already paused, it probably began as soon as the other ended."""
    hearing, finished_at = _begun(shown, before.seen_at, has_played=_has_played(before, shown)), before.finishes_at
    if hearing is None or hearing.is_playing or not hearing.was_playing or finished_at is None:
        return hearing
    return replace(hearing, started_at=min(hearing.started_at, finished_at))


def _has_played(before: Hearing, shown: Shown) -> bool:
    """Whether a paused item can have played up to its progress since the latest poll, which showed another item.

    After a poll that showed nothing, it may have been paused for days: players go on showing yesterday's item.
    """
    return not before.is_idle and shown.progress_ms <= _ms(shown.at - before.seen_at) + JITTER


def _begun(shown: Shown, not_before: datetime | None, *, has_played: bool = False) -> Hearing | None:
    """The hearing of an item that an earlier poll, at `not_before`, did not show."""
    if shown.item is None:
        return None
    started_at = shown.at - shown.progress_ms * MILLISECOND
    if not_before is not None:
        started_at = min(max(started_at, not_before), shown.at)
    return Hearing(
        track=shown.item if isinstance(shown.item, Track) else None,
        episode=shown.item if isinstance(shown.item, Episode) else None,
        started_at=started_at,
        seen_at=shown.at,
        progress_ms=shown.progress_ms,
        listened_ms=min(shown.progress_ms, _ms(shown.at - started_at)),
        is_playing=shown.is_playing,
        was_playing=shown.is_playing or has_played,
        duration_ms=shown.duration_ms,
        context_uri=shown.context_uri,
    )


def _nothing_shown(hearing: Hearing, at: datetime) -> tuple[Watched, list[Heard]]:
    """The item has ended, or it is paused on an inactive player, which can still resume it."""
    finishes_at = hearing.finishes_at
    if finishes_at is not None and finishes_at <= at + JITTER * MILLISECOND:
        return Watched(at), end(hearing, at)
    if at - hearing.seen_at > LONGEST_PAUSE:
        return Watched(at), end(replace(hearing, is_idle=True), at)
    return Watched(at, replace(hearing, is_playing=False, is_idle=True)), []


def _is_same(hearing: Hearing, shown: Shown) -> bool:
    """Whether the poll shows the same play, rather than another item or another play of the same item."""
    elapsed, moved = _ms(shown.at - hearing.seen_at), shown.progress_ms - hearing.progress_ms
    if _key(hearing.item) != _key(shown.item) or shown.at - hearing.seen_at > LONGEST_PAUSE:
        return False
    if hearing.is_idle and not -JITTER <= moved <= elapsed + JITTER:
        return False
    return not _is_restarted(shown, elapsed, moved) and not _has_gone_round(hearing, shown, elapsed, moved)


def _is_restarted(shown: Shown, elapsed: int, moved: int) -> bool:
    """Whether the item has moved back to where it can be if it began again since the latest poll."""
    return moved < -JITTER and shown.progress_ms <= elapsed + JITTER


def _has_gone_round(hearing: Hearing, shown: Shown, elapsed: int, moved: int) -> bool:
    """Whether the item has finished and played again up to its progress.

    If it is further on than at the latest poll, it has only if it still plays and the elapsed time fits exactly;
    otherwise, it was paused.
    """
    if not hearing.is_playing or not hearing.duration_ms:
        return False
    spare = elapsed - moved - hearing.duration_ms
    is_exact = shown.is_playing and (spare + JITTER) % hearing.duration_ms <= 2 * JITTER
    return spare >= -JITTER and (moved < -JITTER or is_exact)


def _continued(hearing: Hearing, shown: Shown) -> Hearing:
    elapsed, moved = max(0, _ms(shown.at - hearing.seen_at)), shown.progress_ms - hearing.progress_ms
    if -JITTER <= moved <= elapsed + JITTER:  # it has played, perhaps with a pause
        listened = min(max(moved, 0), elapsed)
    else:  # it has been moved forward or back
        listened = elapsed if hearing.is_playing and shown.is_playing else 0
    return replace(
        hearing,
        seen_at=max(hearing.seen_at, shown.at),
        progress_ms=shown.progress_ms,
        listened_ms=hearing.listened_ms + listened,
        is_playing=shown.is_playing,
        was_playing=hearing.was_playing or shown.is_playing or moved > 0,
        duration_ms=shown.duration_ms or hearing.duration_ms,
        is_idle=False,
    )


def end(hearing: Hearing, at: datetime) -> list[Heard]:
    """The play of an item that the player has left by `at`; nothing if the item never played."""
    ended_at, listened = _ending(hearing, at)
    if not hearing.was_playing or listened <= 0:
        return []
    heard = Heard(hearing.track, hearing.episode, hearing.started_at, ended_at, listened, hearing.context_uri)
    if not hearing.is_idle and at - hearing.seen_at <= UNSEEN:
        return [heard]
    return [replace(heard, open_until=at, seen_at=hearing.seen_at, seen_ms=hearing.listened_ms)]


def _ending(hearing: Hearing, at: datetime) -> tuple[datetime, int]:
    """When it ended, and the milliseconds listened."""
    finishes_at, left_at = hearing.finishes_at, max(at, hearing.seen_at)
    if finishes_at is not None and finishes_at <= left_at + JITTER * MILLISECOND:
        return min(finishes_at, left_at), hearing.listened_ms + _ms(min(finishes_at, left_at) - hearing.seen_at)
    if hearing.is_idle or (not hearing.is_playing and left_at - hearing.seen_at > UNSEEN):
        return hearing.seen_at, hearing.listened_ms
    return left_at, hearing.listened_ms + (_ms(left_at - hearing.seen_at) if hearing.is_playing else 0)


def _key(item: Track | Episode | None) -> object:
    return item and (item.uri or item)


def _ms(time: timedelta) -> int:
    return time // MILLISECOND
