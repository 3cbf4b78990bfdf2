"""Tracks as ListenBrainz' listens show them."""

from collections.abc import Iterable, Mapping

from msgspec import UNSET

from insights.listens import Listen as HeardListen
from insights.plays.tracks import KnownTrack
from insights.recommendations import MusicBrainzIds, musicbrainz_ids
from insights.shown.music import track_url
from recommend.listening.names import song_key
from web.answer_types.listens import Listen, ListenDetails, ListenedTrack, MbidMapping
from web.lists.shapes import artists_of, unset_if_none

IdsByKey = Mapping[str, MusicBrainzIds]
NOTHING_KNOWN = MusicBrainzIds(None, None)


def title_of(track: KnownTrack) -> str:
    """The track's name, or its URI if only that was ever reported."""
    return track.name or track.uri or ""


def key_of(track: KnownTrack) -> str:
    """The key under which MusicBrainz' ids of its song are stored."""
    return song_key(track.artists[0].name if track.artists else "", title_of(track))


def known_ids(tracks: Iterable[KnownTrack]) -> IdsByKey:
    """MusicBrainz' ids of these songs, as far as they are known."""
    return musicbrainz_ids(list({key_of(track) for track in tracks}))


def shown_listen(username: str, listen: HeardListen, known: IdsByKey) -> Listen:
    played = None if listen.ms_played is None else listen.ms_played // 1000
    return Listen(listen.began, username, shown_track(listen.known_track(), known, listen.isrc, played))


def shown_track(
    track: KnownTrack, known: IdsByKey, isrc: str | None = None, played: int | None = None
) -> ListenedTrack:
    """`played` is for how many seconds it was heard."""
    ids = known.get(key_of(track), NOTHING_KNOWN)
    return ListenedTrack(
        artist_name=artists_of(track),
        track_name=title_of(track),
        release_name=unset_if_none(track.album_name),
        additional_info=_details(track, ids, isrc, played),
        mbid_mapping=MbidMapping(ids.recording, artist_mbids(ids)) if ids.recording else UNSET,
    )


def artist_mbids(ids: MusicBrainzIds) -> list[str]:
    """The id of the first artist, if it is known."""
    return [ids.artist] if ids.artist else []


def _details(track: KnownTrack, ids: MusicBrainzIds, isrc: str | None, played: int | None) -> ListenDetails:
    link = unset_if_none(track_url(track.uri))
    return ListenDetails(
        artist_names=[artist.name for artist in track.artists],
        duration_ms=unset_if_none(track.duration_ms),
        duration_played=unset_if_none(played),
        isrc=unset_if_none(isrc),
        origin_url=link,
        spotify_id=link,
        music_service=UNSET if link is UNSET else "spotify.com",
        recording_mbid=unset_if_none(ids.recording),
        artist_mbids=artist_mbids(ids) or UNSET,
    )
