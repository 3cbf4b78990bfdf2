"""Answers as the cache stores them: plain JSON in the same format for every service."""

from collections.abc import Sequence
from typing import Any

from metadata.answers import MusicIds, NamedTrack, SimilarArtist

Json = dict[str, Any]


def similar_artists(artists: Sequence[SimilarArtist]) -> list[Json]:
    return [{"name": artist.name, "mbid": artist.mbid, "score": artist.score} for artist in artists]


def similar_tracks(tracks: Sequence[NamedTrack]) -> list[Json]:
    """The payload of similar tracks, also used for ListenBrainz' recommendations."""
    return [{**_named(track), "score": track.score} for track in tracks]


def artist_tracks(tracks: Sequence[NamedTrack]) -> list[Json]:
    return [{**_named(track), "popularity": track.score} for track in tracks]


def musicbrainz_ids(ids: MusicIds | None) -> Json | None:
    return {"recording_mbid": ids.recording_mbid, "artist_mbid": ids.artist_mbid} if ids else None


def _named(track: NamedTrack) -> Json:
    return {"name": track.name, "artist": track.artist, "album": track.album, "uri": track.uri}
