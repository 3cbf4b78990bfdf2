"""Apply a listener's verdicts on songs, artists and albums to recommendations."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from recommend.listening.credits import credited
from recommend.listening.names import album_key, artist_key

UNWANTED = {"block", "not_now"}
LIKED, DISLIKED = 1.5, 0.5  # factors for the scores of songs whose artist or album has such a verdict


class Named(Protocol):
    """A song of any shape."""

    @property
    def key(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def artist(self) -> str: ...
    @property
    def album(self) -> str | None: ...
    @property
    def track_id(self) -> int | None: ...


@dataclass(frozen=True, slots=True)
class Verdicts:
    """Verbs by key (recommend/listening/names.py): like, dislike, block, or not_now while it lasts.

    `forbidden` are ids of tracks that may not be recommended now, because of an artist (also a second one) or album.
    """

    songs: Mapping[str, str] = field(default_factory=dict)
    artists: Mapping[str, str] = field(default_factory=dict)
    albums: Mapping[str, str] = field(default_factory=dict)
    forbidden: frozenset[int] = frozenset()

    def forbid(self, song: Named) -> bool:
        """Whether the song, its album or any of its artists is blocked or "not now", or the song or album disliked."""
        on_artists = {self.artists.get(artist) for artist in credited(song.artist, song.name)}
        on_itself = {self.songs.get(song.key), self._on_album(song)}
        if on_artists & UNWANTED or on_itself & {*UNWANTED, "dislike"}:
            return True
        return song.track_id in self.forbidden

    def factor(self, song: Named) -> float:
        """The factor for its score: liked artists and albums come first, disliked artists last."""
        of_artist = {"like": LIKED, "dislike": DISLIKED}.get(self.artists.get(artist_key(song.artist), ""), 1.0)
        return max(of_artist, 1.0) if self._on_album(song) == "like" else of_artist

    def _on_album(self, song: Named) -> str | None:
        return self.albums.get(album_key(song.artist, song.album)) if song.album else None
