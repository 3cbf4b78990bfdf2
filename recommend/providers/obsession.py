"""`obsession`: songs that the listener once played again and again within a week."""

from datetime import timedelta

from recommend.listening.candidates import Candidate
from recommend.listening.context import Context
from recommend.listening.songs import Song
from recommend.proposals.rests import ScoredSong, Why, best, candidate, love, rested

LEAST_IN_WEEK = 5
A_DAY, A_WEEK = timedelta(days=1), timedelta(weeks=1)


def candidates(context: Context, limit: int) -> list[Candidate]:
    """By weeks in which the song was heard, halved every 8 weeks, and plays of the artist. On two long histories, .14
    and .18 of the first dozen are heard within 28 days; songs with the most plays in a week reach .05.
    """
    songs = (
        ScoredSong(song.weeks * love(context, song), song)
        for song in rested(context)
        if song.most_in_week >= LEAST_IN_WEEK
    )
    return [candidate(each, _why(context, each.song)) for each in best(songs, limit)]


def _why(context: Context, song: Song) -> Why:
    month = context.month(context.counted_from - song.most_weeks_ago * A_WEEK - A_WEEK / 2)
    reason = f"You played it {song.most_in_week} times within a week, around {month}"
    return Why("obsession", reason, {"plays_in_week": song.most_in_week, "weeks_ago": song.most_weeks_ago})
