"""`resting`: songs that the listener played again and again until some weeks ago."""

from datetime import timedelta

from recommend.listening.candidates import Candidate
from recommend.listening.context import Context
from recommend.listening.songs import Song
from recommend.proposals.naming import ago
from recommend.proposals.rests import ScoredSong, Why, best, candidate, rested, rested_since

LEAST_PLAYS, A_DAY = 3, timedelta(days=1)
FORGOTTEN_AFTER = timedelta(days=32)  # after the four weeks of `rested`: two months in all


def candidates(context: Context, limit: int) -> list[Candidate]:
    """By weeks in which they were heard, halved every 8 weeks. On two long histories, .18 and .29 of the first dozen
    are heard within 28 days.
    """
    since = rested_since(context) - FORGOTTEN_AFTER
    songs = (song for song in rested(context) if song.last >= since and _is_habit(song))
    return [candidate(each, _why(context, each.song)) for each in best((ScoredSong(s.weeks, s) for s in songs), limit)]


def _is_habit(song: Song) -> bool:
    return song.plays >= LEAST_PLAYS and song.last - song.first >= A_DAY


def _why(context: Context, song: Song) -> Why:
    days = (context.as_of - song.last).days
    return Why("resting", f"{song.plays} plays, the last one {ago(days)}", {})
