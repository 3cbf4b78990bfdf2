"""`begun_album`: known songs that the listener leaves out of albums that they play now."""

from collections.abc import Collection, Sequence
from math import log1p

from recommend.listening.candidates import Candidate
from recommend.listening.context import Context
from recommend.listening.library_items import KnownAlbum
from recommend.listening.names import album_key
from recommend.listening.songs import Song
from recommend.proposals.naming import times
from recommend.proposals.rests import ScoredSong, Why, best, candidate, rested_since

LEAST_SONGS = 3  # fewer known songs say nothing about the album
HALF_LIFE = 30  # days


def candidates(context: Context, limit: int) -> list[Candidate]:
    """Ranked by plays of the album's songs, and the weeks in which the song was heard. On two histories, .16 and .18 of
    the first dozen are heard within 28 days.
    """
    since = rested_since(context)
    unfinished = {
        song.key: (ScoredSong(_love(album) * song.weeks, song), album)
        for album in _played_now(context.songs)
        if len(album.songs) >= LEAST_SONGS
        for song in album.songs
        if song.last < since and not song.month
    }
    songs = best((each for each, _ in unfinished.values()), limit)
    return [candidate(each, _why(each.song, unfinished[each.song.key][1])) for each in songs]


def _played_now(songs: Sequence[Song]) -> Collection[KnownAlbum]:
    """The albums of which the listener played a song this month, with all songs that they know of them."""
    played = {(song.artist, song.album) for song in songs if song.month and song.album}
    keys = {names: album_key(*names) for names in played}
    albums: dict[str, KnownAlbum] = {}
    for song in songs:
        key = keys.get((song.artist, song.album)) if song.album else None
        if key is not None and song.album:
            albums.setdefault(key, KnownAlbum(song.album, artist=song.artist)).add(song)
    return albums.values()


def _love(album: KnownAlbum) -> float:
    """Plays of each of its songs, halved every 30 days; the logarithm counts."""
    return log1p(album.decay(HALF_LIFE) / len(album.songs))


def _why(song: Song, album: KnownAlbum) -> Why:
    reason = f"You played songs of {song.album} {times(album.month)} this month, but not this one"
    return Why("begun_album", reason, {"album": album.key, "plays_in_month": album.month})
