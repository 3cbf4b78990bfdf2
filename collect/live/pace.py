"""When to poll a player again: often near the end of an item if every play counts, rarely while nothing plays."""

from datetime import datetime, timedelta

from collect.live.hearing import MILLISECOND, Watched
from db.collecting.live import LONGEST_WAIT

SHORTEST = timedelta(seconds=5)
USUAL = timedelta(minutes=1)
IDLE = timedelta(minutes=5)  # somebody who has listened within a day: a longer wait would miss whole songs
DAY = timedelta(days=1)
FULL_PARTS = 2  # wait this part of the rest of an item: the polls come closer together towards its end
IDLE_PARTS = 4  # wait this part of the time since the player last showed anything


def wait(watched: Watched, last_shown: datetime | None, *, in_full: bool) -> timedelta:
    """How long to wait after the latest poll; `last_shown` is when a poll last showed anything.

    `in_full`: every play is wanted, not only those that recently-played does not report.
    """
    hearing, at = watched.hearing, watched.polled_at
    if hearing is None or hearing.is_idle or at is None:
        idle = at - last_shown if at and last_shown else DAY
        return min(max(idle / IDLE_PARTS, USUAL), IDLE) if idle < DAY else LONGEST_WAIT
    if not hearing.is_playing or hearing.duration_ms is None or not (in_full or hearing.is_local):
        return USUAL
    rest = (hearing.duration_ms - hearing.progress_ms) * MILLISECOND
    return min(max(rest / FULL_PARTS, SHORTEST), USUAL)
