"""`other_years`: songs that the listener played around this time of year, one to three years ago."""

from datetime import timedelta

from recommend.listening.candidates import Candidate
from recommend.listening.context import Context
from recommend.listening.songs import Song
from recommend.proposals.naming import times
from recommend.proposals.rests import ScoredSong, Why, best, candidate, love, rested

LEAST_PLAYS = 2


def candidates(context: Context, limit: int) -> list[Candidate]:
    """By plays in these weeks of other years, the weeks in which the song was heard, and plays of the artist. On two
    long histories, .06 and .17 of the first dozen are heard within 28 days.

    Nothing after a silence, because then the season is that of the last play.
    """
    if context.last is None or context.as_of - context.last > timedelta(days=7):
        return []
    songs = (
        ScoredSong(song.season * song.weeks * love(context, song), song)
        for song in rested(context)
        if song.season >= LEAST_PLAYS
    )
    return [candidate(each, _why(each.song)) for each in best(songs, limit)]


def _why(song: Song) -> Why:
    reason = f"You played it {times(song.season)} at this time of year before"
    return Why("other_years", reason, {"plays_in_season": song.season})
