"""/1/stats/user/<username>/artists, releases and recordings: what was played most."""

import msgspec

from db.enrichment.queue import decided
from insights.answers.parameters import By
from insights.plays.tracks import KnownTrack
from insights.questions.top_albums import top_albums
from insights.questions.top_artists import top_artists
from insights.questions.top_tracks import TopTrack, top_tracks
from music import Artist
from web.answer_types.listens import (
    ListenBrainzTopArtists,
    ListenBrainzTopRecordings,
    ListenBrainzTopReleases,
    ListenedArtist,
    ListenedRecording,
    ListenedRelease,
    TopArtistsPayload,
    TopRecordingsPayload,
    TopReleasesPayload,
)
from web.listenbrainz.shown import NOTHING_KNOWN, IdsByKey, artist_mbids, key_of, known_ids, title_of
from web.listenbrainz.statistics import Asked
from web.lists.shapes import artists_of

PLAYS: By = "plays"


def artists(asked: Asked) -> msgspec.Struct | None:
    top = top_artists(asked.scope, PLAYS, asked.offset + asked.count)
    if not top.total:
        return None
    page = top.artists[asked.offset :]
    known = decided([each.id for each in page])
    listed = [ListenedArtist(each.artist.name, _ids(known.get(each.id)), each.plays) for each in page]
    return ListenBrainzTopArtists(
        TopArtistsPayload(
            artists=listed, count=len(listed), offset=asked.offset, total_artist_count=top.total, **asked.head()
        )
    )


def _ids(mbid: str | None) -> list[str]:
    return [mbid] if mbid else []


def releases(asked: Asked) -> msgspec.Struct | None:
    top = top_albums(asked.scope, PLAYS, asked.offset + asked.count)
    listed = [
        ListenedRelease(each.album.artist.name if each.album.artist else "", [], each.album.name, each.plays)
        for each in top.albums[asked.offset :]
    ]
    if not top.total:
        return None
    return ListenBrainzTopReleases(
        TopReleasesPayload(
            releases=listed, count=len(listed), offset=asked.offset, total_release_count=top.total, **asked.head()
        )
    )


def recordings(asked: Asked) -> msgspec.Struct | None:
    top = top_tracks(asked.scope, PLAYS, asked.offset + asked.count)
    if not top.total:
        return None
    tracks = top.tracks[asked.offset :]
    known = known_ids(map(_known, tracks))
    listed = [_recording(each, known) for each in tracks]
    return ListenBrainzTopRecordings(
        TopRecordingsPayload(
            recordings=listed, count=len(listed), offset=asked.offset, total_recording_count=top.total, **asked.head()
        )
    )


def _known(each: TopTrack) -> KnownTrack:
    track = each.track
    credited = tuple(Artist(artist.name) for artist in track.artists)
    album = track.album.name if track.album else None
    return KnownTrack(track.name, track.uri, track.duration_ms, credited, album, None)


def _recording(each: TopTrack, known: IdsByKey) -> ListenedRecording:
    track = _known(each)
    ids = known.get(key_of(track), NOTHING_KNOWN)
    return ListenedRecording(
        artist_name=artists_of(track),
        artist_mbids=artist_mbids(ids),
        track_name=title_of(track),
        release_name=track.album_name,
        recording_mbid=ids.recording,
        listen_count=each.plays,
    )
