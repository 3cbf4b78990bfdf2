"""`only_song`: songs that the listener played often, by artists of whom they know hardly anything else."""

from recommend.listening.candidates import Candidate
from recommend.listening.context import Context
from recommend.listening.library_items import KnownArtist
from recommend.listening.names import artist_key
from recommend.listening.songs import Song
from recommend.proposals.rests import ScoredSong, Why, best, candidate, rested

LEAST_PLAYS = 3
MOST_SONGS = 3


def candidates(context: Context, limit: int) -> list[Candidate]:
    """By weeks in which the song was heard, halved every 8 weeks. On two long histories, .05 and .14 of the first dozen
    are heard within 28 days.
    """
    songs = (
        ScoredSong(song.weeks, song)
        for song in rested(context)
        if song.plays >= LEAST_PLAYS and _are_few(context, artist_key(song.artist))
    )
    return [
        candidate(each, _why(each.song, context.artists[artist_key(each.song.artist)])) for each in best(songs, limit)
    ]


def _are_few(context: Context, artist: str) -> bool:
    """Whether the listener knows few songs of an artist, by key."""
    known = context.artists.get(artist)
    return known is not None and len(known.songs) <= MOST_SONGS and not context.faint.get(artist)


def _why(song: Song, artist: KnownArtist) -> Why:
    number = len(artist.songs)
    what = "the only song" if number == 1 else f"one of the {number} songs"
    reason = f"It is {what} of {song.artist} that you know: {song.plays} plays"
    return Why("only_song", reason, {"artist": artist.key, "songs_of_artist": number})
