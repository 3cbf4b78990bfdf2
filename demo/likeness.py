"""Similarity between invented artists and tracks, played or not; the same in every run."""

import hashlib
from datetime import date
from uuid import UUID

from demo.catalogue import Catalogue
from demo.discography import Discographies
from music import Artist, Track

STYLE = 36  # artists per style, approximately
NEIGHBOURS = 25


def mbid(*names: str) -> str:
    """The MusicBrainz id for ("artist", name) or ("recording", artist's name, title)."""
    return str(UUID(bytes=_hash(*names)[:16], version=4))


def title_of(track: Track) -> str:
    """The title as on MusicBrainz: guests are credited instead of named in the title."""
    return track.title.split(" (feat. ")[0]


class Likeness:
    """Artists of one style are similar to each other, symmetrically; their tracks are played next to each other."""

    def __init__(self, catalogue: Catalogue) -> None:
        self.known = Discographies(catalogue)
        self.artists = {mbid("artist", artist.name): artist for artist in self.known.tracks}
        self.recordings: dict[str, Track] = {}
        self.by_isrc: dict[str, list[Track]] = {}
        for track in (track for tracks in self.known.tracks.values() for track in tracks):
            self.recordings.setdefault(recording_mbid(track), track)
            self.by_isrc.setdefault(str(track.isrc), []).append(track)
        self._styles: dict[int, list[Artist]] = {}
        for artist in self.known.tracks:
            self._styles.setdefault(self._style(artist), []).append(artist)

    def similar(self, artist: Artist) -> list[tuple[Artist, int]]:
        """With a score like ListenBrainz': a count of sessions, the highest first."""
        others = [other for other in self._styles[self._style(artist)] if other != artist]
        scored = [(other, _score(*sorted((artist.name, other.name)))) for other in others]
        return sorted(scored, key=lambda pair: (-pair[1], pair[0].name))[:NEIGHBOURS]

    def next_to(self, track: Track) -> list[tuple[Track, int]]:
        """One or two tracks of each similar artist."""
        neighbours = []
        for artist, score in self.similar(track.artists[0]):
            tracks = self.known.tracks[artist]
            picked = sorted(tracks, key=lambda other: _hash(recording_mbid(track), str(other.uri)))[:2]
            neighbours += [(other, max(score // (place + 2), 1)) for place, other in enumerate(picked)]
        return sorted(neighbours, key=lambda pair: (-pair[1], str(pair[0].uri)))

    def best_known(self, artist: Artist, today: date) -> list[tuple[Track, int]]:
        """With the number of plays by all listeners."""
        tracks = self.known.best_known(artist, today)
        return [(track, 90_000 // (rank + 2)) for rank, track in enumerate(tracks)]

    def spotify_ids(self, artist_name: str, title: str, today: date) -> list[str]:
        artist = self.known.artist_named(artist_name)
        tracks = self.known.best_known(artist, today) if artist else ()
        return [
            str(track.uri)[-22:] for track in tracks if title.lower() in {track.title.lower(), title_of(track).lower()}
        ]

    def _style(self, artist: Artist) -> int:
        return _score("style", artist.name) % max(len(self.known.tracks) // STYLE, 1)


def recording_mbid(track: Track) -> str:
    return mbid("recording", track.artists[0].name, title_of(track))


def _hash(*names: str) -> bytes:
    return hashlib.sha256("\x1f".join(names).encode()).digest()


def _score(*names: str) -> int:
    return 10 + int.from_bytes(_hash(*names)[:4], "big") % 5000
