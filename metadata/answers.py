"""What services say, as plain values: at most 100 of anything, the best first."""

from dataclasses import dataclass

MOST = 100  # items of one answer


@dataclass(frozen=True, slots=True)
class SimilarArtist:
    """`mbid` is MusicBrainz's id; `score` is relative to the best of its answer, which has 1."""

    name: str
    mbid: str | None
    score: float


@dataclass(frozen=True, slots=True)
class NamedTrack:
    """`score` is how similar or how well known it is, relative to the best of its answer; `uri` is spotify:track:…"""

    name: str
    artist: str
    album: str | None = None
    uri: str | None = None
    score: float = 1.0


@dataclass(frozen=True, slots=True)
class MusicIds:
    """MusicBrainz's ids of a song and its first artist; the song's is None where only the artist is sure."""

    recording_mbid: str | None
    artist_mbid: str
