"""What a listener said of songs, artists and albums, as it changes what is recommended."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from recommend.listening.candidates import Candidate
from recommend.listening.credits import credited
from recommend.listening.names import album_key

UNWANTED = {"block", "not_now"}
LIKED, DISLIKED = 1.5, 0.5  # by how much the word on an artist or album changes the score of what is theirs


@dataclass(frozen=True, slots=True)
class Verdicts:
    """Verbs by key (recommend/listening/names.py): like, dislike, block, or not_now while it lasts.

    `forbidden` are ids of tracks that may not be recommended now: by artists who may be second in line there, or of
    albums.
    """

    songs: Mapping[str, str] = field(default_factory=dict)
    artists: Mapping[str, str] = field(default_factory=dict)
    albums: Mapping[str, str] = field(default_factory=dict)
    forbidden: frozenset[int] = frozenset()

    def forbid(self, candidate: Candidate) -> bool:
        """Blocked or not now, by any of its artists, its album or itself; or disliked itself, or its album."""
        on_artists = {self.artists.get(artist) for artist in credited(candidate.artist, candidate.name)}
        on_itself = {self._on_song(candidate), self._on_album(candidate)}
        if on_artists & UNWANTED or on_itself & {*UNWANTED, "dislike"}:
            return True
        return candidate.track_id in self.forbidden

    def factor(self, candidate: Candidate) -> float:
        """What its score is multiplied with: liked artists and albums come first, disliked artists last."""
        factors = {"like": LIKED, "dislike": DISLIKED}
        said = (self.artists.get(candidate.artist_key), self._on_album(candidate))
        return max(factors.get(said[0] or "", 1.0), 1.0) if said[1] == "like" else factors.get(said[0] or "", 1.0)

    def _on_song(self, candidate: Candidate) -> str | None:
        return self.songs.get(candidate.key)

    def _on_album(self, candidate: Candidate) -> str | None:
        return self.albums.get(album_key(candidate.artist, candidate.album)) if candidate.album else None
