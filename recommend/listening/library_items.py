"""Group a listener's songs by artist and album."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from math import fsum
from operator import attrgetter

from recommend.listening.names import album_key, artist_key, is_somebody
from recommend.listening.songs import HALF_LIVES, Song


@dataclass(slots=True)
class _Known:
    """A group of songs; see Song."""

    name: str
    plays: int = 0
    month: int = 0
    ms: int = 0
    in_year: int = 0
    at_night: int = 0
    songs: list[Song] = field(default_factory=list)

    def add(self, song: Song) -> None:
        self.plays += song.plays
        self.month += song.month
        self.ms += song.ms
        self.in_year += song.in_year
        self.at_night += song.at_night
        self.songs.append(song)

    @property
    def explored(self) -> float:
        """The number of songs, each halved for every 30 days since it was first heard."""
        return fsum([song.newness for song in self.songs])

    def decay(self, half_life: int) -> float:
        """Plays, each halved for every `half_life` days (one of HALF_LIVES); independent of the order of songs."""
        place = HALF_LIVES.index(half_life)
        return fsum([song.weights[place] for song in self.songs])


class KnownArtist(_Known):
    @property
    def key(self) -> str:
        return artist_key(self.name)


@dataclass(slots=True)
class KnownAlbum(_Known):
    artist: str = ""

    @property
    def key(self) -> str:
        return album_key(self.artist, self.name)


def artists_of(songs: Iterable[Song], faint: Mapping[str, int]) -> Mapping[str, KnownArtist]:
    """Artists by key, in the order of `songs`, without "Various Artists"; `faint` are other plays, by artist key."""
    artists: dict[str, KnownArtist] = {}
    for name, its in groupby(songs, attrgetter("artist")):  # sorted songs come artist by artist
        key = artist_key(name)
        if not is_somebody(key, name):
            continue
        if key not in artists:
            artists[key] = KnownArtist(name, faint.get(key, 0))
        for song in its:
            artists[key].add(song)
    return artists


def albums_of(songs: Sequence[Song]) -> Mapping[str, KnownAlbum]:
    """Albums by key, in the order of `songs`: those heard within a year, with all songs ever heard from them."""
    lately = {(song.artist, song.album) for song in songs if song.album and song.next_week}
    keys = {(artist, album): album_key(artist, album) for artist, album in lately}
    albums: dict[str, KnownAlbum] = {}
    for song in songs:
        key = keys.get((song.artist, song.album or ""))
        if key is None or song.album is None:
            continue
        if key not in albums:
            albums[key] = KnownAlbum(song.album, artist=song.artist)
        albums[key].add(song)
    return albums
