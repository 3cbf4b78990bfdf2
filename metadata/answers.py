"""Answers of services as plain values: at most 100 of each kind, the best first."""

from dataclasses import dataclass

MOST = 100  # items of one answer


@dataclass(frozen=True, slots=True)
class SimilarArtist:
    """`mbid` is MusicBrainz's id; `score` is relative to the best item of the answer, which has 1."""

    name: str
    mbid: str | None
    score: float


@dataclass(frozen=True, slots=True)
class NamedTrack:
    """`score` is its similarity or popularity, relative to the best item of the answer; `uri` is spotify:track:…"""

    name: str
    artist: str
    album: str | None = None
    uri: str | None = None
    score: float = 1.0


@dataclass(frozen=True, slots=True)
class MusicIds:
    """MusicBrainz's ids of a song and its first artist; the song's is None if only the artist is certain."""

    recording_mbid: str | None
    artist_mbid: str
