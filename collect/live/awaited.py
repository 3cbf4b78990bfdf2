"""The plays that were heard live of which recently-played may still report something: a later poll decides."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import msgspec

from collect.live.hearing import MILLISECOND, Heard, is_local
from db.plays.current import RecentPlay, recent_plays
from music import Track, name_key

ROW_APPEARS = timedelta(minutes=10)  # a poll of recently-played this long after a play shows it, if any will
LONGEST_PAUSE = timedelta(minutes=22)  # as between sources, as is MARGIN: docs/rules/plays.md
MARGIN = timedelta(seconds=90)


def awaits(heard: Heard) -> bool:
    """Whether recently-played may tell when it ended, because nobody looked at the player then."""
    return heard.open_until is not None and heard.track is not None and not is_local(heard.track)


def decided(awaited: Sequence[Heard], polled_at: datetime) -> list[Heard]:
    """Those that a poll of recently-played at this time has reported, if any will."""
    return [heard for heard in awaited if _last_end(heard) + ROW_APPEARS < polled_at]


def _last_end(heard: Heard) -> datetime:
    return heard.open_until if heard.open_until and awaits(heard) else heard.ended_at


def untold(account_id: int, heard: Sequence[Heard]) -> list[Heard]:
    """Those of which recently-played has not reported all; it tells when one that nobody looked at ended."""
    if not heard:
        return []
    since, until = min(one.started_at for one in heard), max(map(_latest_end, heard))
    recent = recent_plays(account_id, since, until)
    return [after for one in heard for after in _untold(one, recent)]


def _untold(heard: Heard, recent: Sequence[RecentPlay]) -> list[Heard]:
    ends = [play.played_at for play in recent if _is_told(heard, play)]
    if not ends:
        return [heard]
    if heard.open_until is not None:
        ended_at = min(ends, key=lambda end: abs(end - heard.ended_at))
        return [msgspec.structs.replace(heard, ended_at=max(ended_at, heard.ended_at))]
    return [heard] if _was_paused(heard) else []


def _was_paused(heard: Heard) -> bool:
    """Recently-played tells no pause, without which a player's report of it would look like another play."""
    return heard.ended_at - heard.started_at > heard.listened_ms * MILLISECOND + MARGIN


def _latest_end(heard: Heard) -> datetime:
    """Also if it ended later than it seems, because of a pause that no look saw."""
    return max(heard.ended_at + max(MARGIN, _length(heard)), _last_end(heard) + MARGIN)


def _is_told(heard: Heard, play: RecentPlay) -> bool:
    at_the_time = heard.started_at < play.played_at <= _latest_end(heard)
    return at_the_time and isinstance(heard.track, Track) and _is_same(heard.track, play)


def _length(heard: Heard) -> timedelta:
    length = heard.track.duration_ms if heard.track else None
    return min(timedelta(milliseconds=length or 0), LONGEST_PAUSE)


def _is_same(track: Track, play: RecentPlay) -> bool:
    if track.uri == play.uri or (track.isrc is not None and track.isrc == play.isrc):
        return True
    if track.name is None or play.name is None or play.artist is None or not track.artists:
        return False
    artist = name_key(track.artists[0].name)
    return name_key(track.name) == name_key(play.name) and name_key(play.artist).startswith(artist)
