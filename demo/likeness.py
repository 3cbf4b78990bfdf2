"""Similarity between invented artists and tracks, played or not; the same in every run."""

import hashlib
from datetime import date
from functools import lru_cache
from uuid import UUID

from demo.catalogue import Catalogue
from demo.discography import ANSWERS, discographies
from music import Artist, Track

STYLE = 36  # artists per style, approximately
NEIGHBOURS = 25
NAMES = 50_000  # with cached ids


@lru_cache(NAMES)
def mbid(*names: str) -> str:
    """The MusicBrainz id for ("artist", name) or ("recording", artist's name, title)."""
    return str(UUID(bytes=_hash(*names)[:16], version=4))


def title_of(track: Track) -> str:
    """The title as on MusicBrainz: guests are credited instead of named in the title."""
    return track.title.split(" (feat. ")[0]


class Likeness:
    """Artists of one style are similar to each other, symmetrically; their tracks are played next to each other."""

    def __init__(self, catalogue: Catalogue) -> None:
        self.known = discographies(catalogue)
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
        """Similar artists, each with a score like ListenBrainz', a count of sessions; the highest first."""
        return list(_similar(self, artist))

    def next_to(self, track: Track) -> list[tuple[Track, int]]:
        """One or two tracks of each similar artist."""
        return list(_next_to(self, track))

    def best_known(self, artist: Artist, today: date) -> list[tuple[Track, int]]:
        """The artist's tracks, each with the number of plays by all listeners."""
        tracks = self.known.best_known(artist, today)
        return [(track, 90_000 // (rank + 2)) for rank, track in enumerate(tracks)]

    def spotify_ids(self, artist_name: str, title: str, today: date) -> list[str]:
        artist = self.known.artist_named(artist_name)
        tracks = self.known.best_known(artist, today) if artist else ()
        return [
            str(track.uri)[-22:] for track in tracks if title.lower() in {track.title.lower(), title_of(track).lower()}
        ]

    def of_one_style(self, artist: Artist) -> list[Artist]:
        return [other for other in self._styles[self._style(artist)] if other != artist]

    def _style(self, artist: Artist) -> int:
        return score_of("style", artist.name) % max(len(self.known.tracks) // STYLE, 1)


@lru_cache(2)
def likeness_of(catalogue: Catalogue) -> Likeness:
    return Likeness(catalogue)


@lru_cache(ANSWERS)
def _similar(likeness: Likeness, artist: Artist) -> tuple[tuple[Artist, int], ...]:
    scored = [(other, score_of(*sorted((artist.name, other.name)))) for other in likeness.of_one_style(artist)]
    return tuple(sorted(scored, key=lambda pair: (-pair[1], pair[0].name))[:NEIGHBOURS])


@lru_cache(ANSWERS)
def _next_to(likeness: Likeness, track: Track) -> tuple[tuple[Track, int], ...]:
    neighbours = []
    for artist, score in likeness.similar(track.artists[0]):
        tracks = likeness.known.tracks[artist]
        picked = sorted(tracks, key=lambda other: _hash(recording_mbid(track), str(other.uri)))[:2]
        neighbours += [(other, max(score // (place + 2), 1)) for place, other in enumerate(picked)]
    return tuple(sorted(neighbours, key=lambda pair: (-pair[1], str(pair[0].uri))))


def recording_mbid(track: Track) -> str:
    return mbid("recording", track.artists[0].name, title_of(track))


def _hash(*names: str) -> bytes:
    return hashlib.sha256("\x1f".join(names).encode()).digest()


def score_of(*names: str) -> int:
    """A number that only depends on the names."""
    return 10 + int.from_bytes(_hash(*names)[:4], "big") % 5000
