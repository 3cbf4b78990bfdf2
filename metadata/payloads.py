"""Answers as the cache keeps them: plain JSON, the same of every service, so that who reads it need not know which."""

from collections.abc import Sequence
from typing import Any

from metadata.answers import MusicIds, NamedTrack, SimilarArtist

Json = dict[str, Any]


def similar_artists(found: Sequence[SimilarArtist]) -> list[Json]:
    return [{"name": artist.name, "mbid": artist.mbid, "score": artist.score} for artist in found]


def similar_tracks(found: Sequence[NamedTrack]) -> list[Json]:
    """Also for what ListenBrainz recommends."""
    return [{**_named(track), "score": track.score} for track in found]


def artist_tracks(found: Sequence[NamedTrack]) -> list[Json]:
    return [{**_named(track), "popularity": track.score} for track in found]


def musicbrainz_ids(found: MusicIds | None) -> Json | None:
    return {"recording_mbid": found.recording_mbid, "artist_mbid": found.artist_mbid} if found else None


def _named(track: NamedTrack) -> Json:
    return {"name": track.name, "artist": track.artist, "album": track.album, "uri": track.uri}
