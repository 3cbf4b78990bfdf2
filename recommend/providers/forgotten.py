"""`forgotten`: songs that the listener loved and has not heard for two months."""

from datetime import datetime, timedelta
from math import log1p
from zoneinfo import ZoneInfo

from recommend.listening.candidates import Candidate
from recommend.listening.context import Context
from recommend.listening.songs import Song
from recommend.proposals.ranking import best_of

UNHEARD_FOR = timedelta(days=60)
LEAST_PLAYS = 3
TWO_DAYS = timedelta(days=2)  # two instants that are so far apart are of two days everywhere


def candidates(context: Context, limit: int) -> list[Candidate]:
    """Songs with three or more plays on two or more days.

    They are ranked by the weeks in which they were heard, halved every 8 weeks, times the logarithm of their plays,
    halved every 180 days: whether a favourite returns depends on both, and a song on endless repeat is no favourite.
    """
    if context.is_cold:  # in so short a history, nothing can be forgotten
        return []
    unheard = unheard_since(context)
    missed = [song for song in context.songs if song.plays >= LEAST_PLAYS and song.last < unheard]
    zone = ZoneInfo(context.time_zone)
    loved = [song for song in missed if song.last - song.first >= TWO_DAYS or _is_of_two_days(song, zone)]
    best = best_of(loved, list(map(_score, loved)), limit, lambda song: (-song.last.timestamp(), song.key))
    return [_candidate(context, song) for song in best]


def _is_of_two_days(song: Song, zone: ZoneInfo) -> bool:
    return song.first.astimezone(zone).date() != song.last.astimezone(zone).date()


def unheard_since(context: Context) -> datetime:
    """The instant before which songs were last heard that may be forgotten: counted back from the last play, because
    after a silence, the songs of the last weeks are not forgotten.
    """
    return (context.last or context.as_of) - UNHEARD_FOR


def _score(song: Song) -> float:
    """Rounded, so that the order of summation does not matter."""
    return round(song.weeks * log1p(song.decay(180)), 9)


def _candidate(context: Context, song: Song) -> Candidate:
    return Candidate(
        "forgotten",
        song.name,
        song.artist,
        _score(song),
        "loved_and_unheard",
        f"{song.plays} plays, last heard in {context.month(song.last)}",
        {"plays": song.plays, "last_played_at": song.last.isoformat()},
        song.track_id,
        song.uri,
        song.album,
        song.key,
    )
