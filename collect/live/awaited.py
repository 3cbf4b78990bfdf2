"""Plays heard live that wait for a later poll: recently-played may still report something about them."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import msgspec

from collect.live.hearing import MILLISECOND, Heard, is_local
from db.plays.current import RecentPlay, recent_plays
from music import Track, name_key

ROW_APPEARS = timedelta(minutes=10)  # recently-played shows a play this long after its end, or never
LONGEST_PAUSE = timedelta(minutes=22)  # this and MARGIN are as between sources: docs/rules/plays.md
MARGIN = timedelta(seconds=90)


def awaits(heard: Heard) -> bool:
    """Whether only recently-played may know when the play ended, because nobody looked at the player then."""
    return heard.open_until is not None and heard.track is not None and not is_local(heard.track)


def decidable(awaited: Sequence[Heard], polled_at: datetime) -> list[Heard]:
    """The plays that a poll of recently-played at this time has reported, if any poll will."""
    return [heard for heard in awaited if _last_end(heard) + ROW_APPEARS < polled_at]


def _last_end(heard: Heard) -> datetime:
    return heard.open_until if heard.open_until and awaits(heard) else heard.ended_at


def unreported(account_id: int, heard: Sequence[Heard]) -> list[Heard]:
    """What is left to store: plays that recently-played has not fully reported, with the ends that only it knows."""
    if not heard:
        return []
    since, until = min(play.started_at for play in heard), max(map(_latest_end, heard))
    recent = recent_plays(account_id, since, until)
    return [left for play in heard for left in _unreported(play, recent)]


def _unreported(heard: Heard, recent: Sequence[RecentPlay]) -> list[Heard]:
    ends = [play.played_at for play in recent if _is_reported(heard, play)]
    if not ends:
        return [_as_seen(heard)]
    if heard.open_until is not None:
        ended_at = min(ends, key=lambda end: abs(end - heard.ended_at))
        return [msgspec.structs.replace(heard, ended_at=max(ended_at, heard.ended_at))]
    return [heard] if _was_paused(heard) else []


def _as_seen(heard: Heard) -> Heard:
    """Recently-played would have reported it, had it gone on to its end: as far as anybody knows, it was left."""
    if heard.open_until is None or heard.seen_at is None or not 0 < heard.seen_ms < heard.listened_ms:
        return heard
    return msgspec.structs.replace(heard, ended_at=heard.seen_at, listened_ms=heard.seen_ms)


def _was_paused(heard: Heard) -> bool:
    """Recently-played has no pauses. Without the pause, a player's report of the play would look like another play."""
    return heard.ended_at - heard.started_at > heard.listened_ms * MILLISECOND + MARGIN


def _latest_end(heard: Heard) -> datetime:
    """The latest possible end: a pause that no poll saw may have made it later than it seems."""
    return max(heard.ended_at + max(MARGIN, _length(heard)), _last_end(heard) + MARGIN)


def _is_reported(heard: Heard, play: RecentPlay) -> bool:
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
