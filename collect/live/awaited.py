"""The plays that `hybrid` mode has heard and recently-played may still report: a later poll decides."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from collect.live.hearing import Heard
from db.plays.current import RecentPlay, recent_plays
from music import Track, name_key

ROW_APPEARS = timedelta(minutes=10)  # a poll of recently-played this long after a play shows it, if any will
LONGEST_PAUSE = timedelta(minutes=22)  # as between sources, as is MARGIN: docs/rules/plays.md
MARGIN = timedelta(seconds=90)


def decided(awaited: Sequence[Heard], polled_at: datetime) -> list[Heard]:
    """Those that a poll of recently-played at this time has reported, if any will."""
    return [heard for heard in awaited if heard.ended_at + ROW_APPEARS < polled_at]


def untold(account_id: int, heard: Sequence[Heard]) -> list[Heard]:
    """Those that recently-played has not reported."""
    if not heard:
        return []
    since, until = min(one.started_at for one in heard), max(one.ended_at for one in heard) + LONGEST_PAUSE
    recent = recent_plays(account_id, since, until)
    return [one for one in heard if not any(_is_told(one, play) for play in recent)]


def _is_told(heard: Heard, play: RecentPlay) -> bool:
    """Also if it ended later than it seems, because of a pause that no look saw."""
    at_the_time = heard.started_at < play.played_at <= heard.ended_at + max(MARGIN, _length(heard))
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
