"""What an account plays now, as far as its latest poll showed it."""

from datetime import datetime, timedelta

import msgspec

from collect.live.hearing import MILLISECOND, Hearing
from collect.live.storing import load
from db.collecting.live import stored_watch
from db.people.scan_modes import scanning_of

LATE = timedelta(minutes=2)  # how overdue a poll may be while live collecting is busy


class NowPlaying(msgspec.Struct, frozen=True):
    """`progress_ms` is where the player should be now; `seen_at` is the time of the latest poll."""

    hearing: Hearing
    progress_ms: int

    @property
    def seen_at(self) -> datetime:
        return self.hearing.seen_at


def now_playing(account_id: int, now: datetime) -> NowPlaying | None:
    """None if nothing plays or is paused, or if nobody polls the player, such as while collecting is paused."""
    if scanning_of(account_id).paused_since is not None:
        return None
    stored = stored_watch(account_id)
    hearing = load(account_id)[0].watched.hearing if stored and stored.next_at > now - LATE else None
    if hearing is None or hearing.is_idle or not hearing.was_playing:
        return None
    passed = max(now - hearing.seen_at, timedelta()) // MILLISECOND if hearing.is_playing else 0
    progress = hearing.progress_ms + passed
    return NowPlaying(hearing, min(progress, hearing.duration_ms or progress))
