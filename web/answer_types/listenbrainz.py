"""Playlists and refusals as ListenBrainz shapes them.

https://listenbrainz.readthedocs.io/en/latest/users/api/playlist.html
"""

from typing import Annotated, Literal

from msgspec import UNSET, Meta, UnsetType, field

from insights.answers.values import Part, says
from web.answer_types.recommendations import Kind
from web.answer_types.values import Number, Uri, WithOffset

PLAYLIST, TRACK = "https://musicbrainz.org/doc/jspf#playlist", "https://musicbrainz.org/doc/jspf#track"
Uuid = Annotated[str, Meta(extra_json_schema={"format": "uuid"})]


class ArtistCredit(Part, frozen=True):
    artist_credit_name: str
    join_phrase: str
    artist_mbid: Uuid | UnsetType = UNSET


class TrackMetadata(Part, frozen=True):
    artists: list[ArtistCredit]
    reason: str
    kind: Kind


class TrackDetails(Part, frozen=True, kw_only=True):
    added_by: str
    added_at: WithOffset
    artist_identifiers: list[Uri] | UnsetType = UNSET
    additional_metadata: TrackMetadata


class TrackExtension(Part, frozen=True):
    details: TrackDetails = field(name=TRACK)


class ListenBrainzTrack(Part, frozen=True, kw_only=True):
    title: str
    creator: str
    album: str | UnsetType = UNSET
    duration: Annotated[Number | UnsetType, says("Milliseconds.")] = UNSET
    identifier: Annotated[
        list[str], says("The recording's address at MusicBrainz first, if known; then its address at Spotify.")
    ]
    annotation: str
    extension: TrackExtension


Patch = Literal["daily-jams", "weekly-exploration", "year-ago", "month-in-review"]


class AlgorithmMetadata(Part, frozen=True):
    """Programs choose by it; ours takes the place of ListenBrainz' own playlist of that patch, if it has one."""

    source_patch: Patch


class PlaylistMetadata(Part, frozen=True):
    algorithm_metadata: AlgorithmMetadata


class PlaylistDetails(Part, frozen=True):
    public: bool
    creator: str
    created_for: str
    last_modified_at: WithOffset
    additional_metadata: PlaylistMetadata


class PlaylistExtension(Part, frozen=True):
    details: PlaylistDetails = field(name=PLAYLIST)


class PlaylistContent(Part, frozen=True):
    creator: str
    title: str
    identifier: Annotated[Uri, says("Ends with the id.")]
    date: WithOffset
    extension: PlaylistExtension
    track: list[ListenBrainzTrack]


class ListenBrainzPlaylist(Part, frozen=True):
    playlist: PlaylistContent


class ListenBrainzPlaylists(Part, frozen=True):
    count: Annotated[Number, says("How many playlists this answer contains.")]
    offset: Number
    playlist_count: Number
    playlists: list[ListenBrainzPlaylist]


class RefusedListen(Part, frozen=True):
    index: Annotated[Number, says("Its place in the payload, from 0.")]
    reason: str


class ListenBrainzError(Part, frozen=True):
    code: int
    error: str
    refused: Annotated[list[RefusedListen] | UnsetType, says("If listens were submitted: why none is a play.")] = UNSET
