"""The lists for programs that fetch ListenBrainz' playlists."""

from typing import Annotated, Literal

from msgspec import Meta

from web.answer_types.listenbrainz import (
    AlgorithmMetadata,
    ArtistCredit,
    ListenBrainzPlaylist,
    ListenBrainzPlaylists,
    ListenBrainzTrack,
    PlaylistContent,
    PlaylistDetails,
    PlaylistExtension,
    PlaylistMetadata,
    TrackDetails,
    TrackExtension,
    TrackMetadata,
)
from web.openapi.components.listenbrainz_answers import OF_LISTENER, read, refusals
from web.openapi.components.operation import Operation, Parameter
from web.openapi.operations.examples import REASON
from web.openapi.operations.recommendations import ADDRESS

Count = Annotated[int, Meta(ge=1, le=1000)]
Offset = Annotated[int, Meta(ge=0, le=999999999)]
CREATOR = "Insight for Spotify"
MADE_AT = "2026-11-20T03:00:00+00:00"
NUMBER = "6c28e3a4-7a52-5a0b-9b46-0fc9c8e1a9d3"
SONG = ListenBrainzTrack(
    title="Paper Boats", creator="The Lanterns", album="Harbour", duration=213000, identifier=[ADDRESS],
    annotation=REASON,
    extension=TrackExtension(
        TrackDetails(
            added_by=CREATOR, added_at=MADE_AT,
            additional_metadata=TrackMetadata([ArtistCredit("The Lanterns", "")], REASON, "rotation"),
        )
    ),
)  # fmt: skip
DETAILS = PlaylistDetails(True, CREATOR, "alice", MADE_AT, PlaylistMetadata(AlgorithmMetadata("daily-jams")))


def _playlist(*tracks: ListenBrainzTrack) -> ListenBrainzPlaylist:
    title, address = "Daily Jams for alice, 2026-11-20 Fri", f"http://127.0.0.1:8000/1/playlist/{NUMBER}"
    extension = PlaylistExtension(DETAILS)
    return ListenBrainzPlaylist(PlaylistContent(CREATOR, title, address, MADE_AT, extension, list(tracks)))


OPERATIONS = (
    Operation(
        "get", "/1/user/{username}/playlists/createdfor", "createdFor", "recommendations",
        "The latest lists, in the format of ListenBrainz' created-for playlists",
        "One playlist a day, of the last seven dates that have a list, the newest first and without tracks. For "
        "programs that fetch ListenBrainz' playlists: give them this service's address in place of ListenBrainz', "
        "`Authorization: Token …` for a private account, and the patch daily-jams.",
        {
            200: read("The playlists.", ListenBrainzPlaylists(1, 0, 1, [_playlist()])),
            **OF_LISTENER,
        },
        (
            "Username",
            Parameter("count", "The maximum number of playlists.", Count, default=25),
            Parameter("offset", "How many playlists to skip.", Offset, default=0),
            "IfNoneMatch",
        ),
    ),
    Operation(
        "get", "/1/playlist/{id}", "createdPlaylist", "recommendations", "One of these playlists, with its tracks",
        "By the id at the end of its identifier.",
        {
            200: read("The playlist.", _playlist(SONG)),
            304: "NotModified",
            **refusals("There is no such playlist that you may read.", f"Cannot find playlist: {NUMBER}"),
        },
        (
            Parameter("id", "The id at the end of a playlist's identifier.", place="path", examples={"id": NUMBER}),
            Parameter(
                "fetch_metadata", "Accepted because ListenBrainz accepts it: metadata is always included.",
                Literal["true", "false"], default="true",
            ),
            "IfNoneMatch",
        ),
    ),
)  # fmt: skip
