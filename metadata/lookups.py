"""The questions that services answer about an artist, a song or a user, in one form for every service."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

# Questions, by their names in the cache.
SIMILAR_ARTISTS, SIMILAR_TRACKS, ARTIST_TRACKS = "similar_artists", "similar_tracks", "artist_tracks"
MUSIC_IDS = "musicbrainz_ids"  # ids of a song and its artist, under which other services know them
USER_RECOMMENDATIONS = "listenbrainz_cf"
SPOTIFY_URIS = "uris"  # of up to a hundred tracks at once; its answers are kept with those tracks
Subject = TypeVar("Subject")


@dataclass(frozen=True, slots=True)
class ArtistQuery:
    """`mbid` is MusicBrainz's id, None if it is unknown."""

    name: str
    mbid: str | None = None


@dataclass(frozen=True, slots=True)
class SongQuery:
    """`mbid` is MusicBrainz's id of the recording; ids are None if they are unknown."""

    artist: str
    title: str
    mbid: str | None = None
    isrc: str | None = None
    spotify_id: str | None = None


@dataclass(frozen=True, slots=True)
class Lookup(Generic[Subject]):
    """How one service answers a question.

    `question` is the question's name in the cache. `covers` says whether enough is known of a subject to ask about it;
    `ask` returns what the cache keeps, and raises ServiceDown and ServiceRefused. `only_gaps`: ask only about subjects
    that no other service knows, because their answers are better.
    """

    question: str
    covers: Callable[[Subject], bool]
    ask: Callable[[Subject], Any]
    only_gaps: bool = False


def always(_: object) -> bool:
    """For a lookup that covers every subject."""
    return True


def has_mbid(subject: ArtistQuery | SongQuery) -> bool:
    return subject.mbid is not None
