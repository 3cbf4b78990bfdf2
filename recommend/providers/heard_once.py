"""`heard_once`: songs heard once or twice by artists whom the listener loves now."""

from math import log1p

from recommend.listening.candidates import Candidate
from recommend.listening.context import Context
from recommend.listening.library_items import KnownArtist
from recommend.listening.names import artist_key
from recommend.listening.songs import Song
from recommend.proposals.naming import times
from recommend.proposals.rests import ScoredSong, Why, best, candidate, rested

MOST_PLAYS = 2
LOVED = 3  # plays of the artist in a month


def candidates(context: Context, limit: int) -> list[Candidate]:
    """By how likely songs of the artist are heard next week, and how recently the song was. On two long histories, a
    tenth of the first dozen is heard within 28 days.
    """
    loved = {key: artist for key, artist in context.artists.items() if artist.month >= LOVED}
    affinity = {
        key: log1p(sum(song.next_week for song in artist.songs) / len(artist.songs)) for key, artist in loved.items()
    }
    songs = [
        (ScoredSong(affinity[key] * song.weeks, song))
        for song in rested(context)
        if song.plays <= MOST_PLAYS and (key := artist_key(song.artist)) in loved
    ]
    return [candidate(each, _why(each.song, loved[artist_key(each.song.artist)])) for each in best(songs, limit)]


def _why(song: Song, artist: KnownArtist) -> Why:
    reason = f"You played it {times(song.plays)}, and {song.artist} {times(artist.month)} this month"
    return Why("heard_once", reason, {"artist": artist.key, "plays_in_month": artist.month})
