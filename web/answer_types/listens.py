"""Listens and statistics as ListenBrainz shapes them. Identifiers are MusicBrainz', or they are absent.

https://listenbrainz.readthedocs.io/en/latest/users/api/
"""

from typing import Annotated, Literal

from msgspec import UNSET, UnsetType

from insights.answers.values import Part, says
from web.answer_types.listenbrainz import Uuid
from web.answer_types.values import Number, Uri

# Members of statistics that Troi reads without checking whether they exist.
Unknown = Annotated[None, says("Not known here.")]
Seconds = Annotated[Number, says("Seconds since 1970.")]
RangeName = Literal[
    "this_week", "this_month", "this_year", "week", "month", "quarter", "half_yearly", "year", "all_time"
]


class ListenDetails(Part, frozen=True, kw_only=True):
    artist_names: list[str]
    duration_ms: Annotated[Number | UnsetType, says("The length of the track.")] = UNSET
    duration_played: Annotated[Number | UnsetType, says("Seconds for which it was heard.")] = UNSET
    isrc: str | UnsetType = UNSET
    origin_url: Annotated[Uri | UnsetType, says("Its address at Spotify.")] = UNSET
    spotify_id: Annotated[Uri | UnsetType, says("The same, as ListenBrainz' clients expect it.")] = UNSET
    music_service: Literal["spotify.com"] | UnsetType = UNSET
    recording_mbid: Uuid | UnsetType = UNSET
    artist_mbids: list[Uuid] | UnsetType = UNSET
    media_player: str | UnsetType = UNSET


class ListenedTrack(Part, frozen=True, kw_only=True):
    artist_name: str
    track_name: str
    release_name: str | UnsetType = UNSET
    additional_info: ListenDetails
    mbid_mapping: "MbidMapping | UnsetType" = UNSET


class MbidMapping(Part, frozen=True):
    recording_mbid: Uuid
    artist_mbids: list[Uuid]


class Listen(Part, frozen=True):
    listened_at: Annotated[Number, says("When it began, in seconds since 1970.")]
    user_name: str
    track_metadata: ListenedTrack


class ListensPayload(Part, frozen=True):
    count: Annotated[Number, says("How many listens this answer contains.")]
    user_id: str
    latest_listen_ts: Annotated[Number, says("When the last of all listens began; 0 if there is none.")]
    oldest_listen_ts: Annotated[Number, says("When the first of all listens began; 0 if there is none.")]
    listens: Annotated[list[Listen], says("The newest first.")]


class Listens(Part, frozen=True):
    payload: ListensPayload


class ListenCountPayload(Part, frozen=True):
    count: Number


class ListenCount(Part, frozen=True):
    payload: ListenCountPayload


class PlayingNowListen(Part, frozen=True):
    playing_now: Literal[True]
    user_name: str
    track_metadata: ListenedTrack


class PlayingNowPayload(Part, frozen=True):
    count: Number
    user_id: str
    playing_now: Literal[True]
    listens: Annotated[list[PlayingNowListen], says("At most one.")]


class PlayingNow(Part, frozen=True):
    payload: PlayingNowPayload


class LatestImport(Part, frozen=True):
    musicbrainz_id: Annotated[str, says("The username, as ListenBrainz calls it.")]
    latest_import: Annotated[Number, says("When the last play that a player submitted began; 0 if there is none.")]


class ListenBrainzUser(Part, frozen=True):
    user_name: str


class ListenBrainzUsers(Part, frozen=True):
    users: list[ListenBrainzUser]


class RangeOfStatistics(Part, frozen=True, kw_only=True):
    user_id: str
    range: RangeName
    from_ts: Seconds
    to_ts: Seconds
    last_updated: Annotated[Number, says("Now: statistics are always up to date.")]


class ListenedArtist(Part, frozen=True):
    artist_name: str
    artist_mbids: list[Uuid]
    listen_count: Number


class ListenedRelease(Part, frozen=True):
    artist_name: str
    artist_mbids: list[Uuid]
    release_name: str
    listen_count: Number
    release_mbid: Unknown = None


class ListenedRecording(Part, frozen=True, kw_only=True):
    artist_name: str
    artist_mbids: list[Uuid]
    track_name: str
    release_name: str | None
    release_mbid: Unknown = None
    recording_mbid: Uuid | None
    listen_count: Number


class TopArtistsPayload(RangeOfStatistics, frozen=True, kw_only=True):
    artists: list[ListenedArtist]
    count: Number
    offset: Number
    total_artist_count: Number


class TopReleasesPayload(RangeOfStatistics, frozen=True, kw_only=True):
    releases: list[ListenedRelease]
    count: Number
    offset: Number
    total_release_count: Number


class TopRecordingsPayload(RangeOfStatistics, frozen=True, kw_only=True):
    recordings: list[ListenedRecording]
    count: Number
    offset: Number
    total_recording_count: Number


class ListenedTime(Part, frozen=True):
    from_ts: Seconds
    to_ts: Annotated[Number, says("The last second of the range.")]
    time_range: Annotated[str, says("As in Monday 27 April 2020, April 2020, or 2020.")]
    listen_count: Number


class ListenedHour(Part, frozen=True):
    hour: Annotated[Number, says("On the listener's own clock.")]
    listen_count: Number


class ListeningActivityPayload(RangeOfStatistics, frozen=True, kw_only=True):
    listening_activity: Annotated[list[ListenedTime], says("Of the range before, and of this one.")]


class DailyActivityPayload(RangeOfStatistics, frozen=True, kw_only=True):
    daily_activity: Annotated[dict[str, list[ListenedHour]], says("The 24 hours of each day, Monday to Sunday.")]


class ListenBrainzTopArtists(Part, frozen=True):
    payload: TopArtistsPayload


class ListenBrainzTopReleases(Part, frozen=True):
    payload: TopReleasesPayload


class ListenBrainzTopRecordings(Part, frozen=True):
    payload: TopRecordingsPayload


class ListeningActivity(Part, frozen=True):
    payload: ListeningActivityPayload


class DailyActivity(Part, frozen=True):
    payload: DailyActivityPayload


class ScoredRecording(Part, frozen=True):
    recording_mbid: Uuid
    score: float


class RecommendedRecordingsPayload(Part, frozen=True, kw_only=True):
    user_name: str
    entity: Literal["recording"]
    type: Literal["raw"]
    count: Number
    offset: Number
    total_mbid_count: Number
    last_updated: Annotated[Number, says("When the list was made, in seconds since 1970.")]
    mbids: Annotated[list[ScoredRecording], says("The best first; only recordings that MusicBrainz is known to have.")]


class RecommendedRecordings(Part, frozen=True):
    payload: RecommendedRecordingsPayload
