"""The lists for programs that fetch ListenBrainz' playlists."""

from collections.abc import Mapping
from typing import Annotated, Literal

from msgspec import Meta

from web.answer_types.listenbrainz import (
    AlgorithmMetadata,
    ArtistCredit,
    ListenBrainzError,
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
from web.answer_types.problem import Problem
from web.openapi.components.headers import LATER, WHICH_TOKEN
from web.openapi.components.operation import JSON, PROBLEM, Answer, Content, Operation, Parameter
from web.openapi.components.problems import BAD_REQUEST, NO_ACCOUNT, WRONG_PARAMETER
from web.openapi.components.schemas import Schema
from web.openapi.components.shared_answers import CACHEABLE, OF_ACCOUNT, json
from web.openapi.operations.examples import REASON
from web.openapi.operations.recommendations import ADDRESS

Count = Annotated[int, Meta(ge=1, le=1000)]
Offset = Annotated[int, Meta(ge=0, le=999999999)]
CREATOR = "Insight for Spotify"
MADE_AT = "2026-11-20T03:00:00+00:00"
NUMBER = "6c28e3a4-7a52-5a0b-9b46-0fc9c8e1a9d3"
NO_ACCOUNT_HERE = "There is no account 'mallory' that you may read; /users lists those that you may."
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


def _refusal(
    status: int, description: str, sentence: str, headers: Mapping[str, Schema] | None = None,
    ours: Problem | None = None,
) -> Answer:  # fmt: skip
    """In ListenBrainz' format; `ours` is for requests that are refused before they reach the handler."""
    problems = {PROBLEM: Content(ours)} if ours else {}
    return Answer(description, {JSON: Content(ListenBrainzError(status, sentence)), **problems}, headers or {})


def _refusals(not_there: str, not_there_for_example: str) -> Mapping[int, Answer]:
    return {
        400: _refusal(
            400, f"{WRONG_PARAMETER} (A malformed request is refused as everywhere.)",
            "`count` must be a whole number from 1 to 1000.", ours=BAD_REQUEST,
        ),
        401: _refusal(
            401, "Invalid, expired or revoked token.",
            "Invalid, expired or revoked token.", WHICH_TOKEN,
        ),
        404: _refusal(
            404, f"{not_there} (An unknown address is refused as everywhere.)", not_there_for_example, ours=NO_ACCOUNT
        ),
        429: _refusal(
            429, "Too many invalid tokens.", "This was tried 30 times within a minute: try again in 41 s.", LATER
        ),
        503: _refusal(
            503, "The database cannot be reached now.", "The database cannot be reached now; try again.", LATER
        ),
    }  # fmt: skip


OPERATIONS = (
    Operation(
        "get", "/1/user/{username}/playlists/createdfor", "createdFor", "recommendations",
        "The latest lists, in the shape of ListenBrainz' created-for playlists",
        "One playlist a day, of the last seven dates that have a list, the newest first and without tracks. For "
        "programs that fetch ListenBrainz' playlists: give them this service's address in place of ListenBrainz', "
        "`Authorization: Token …` for a private account, and the patch daily-jams.",
        {
            200: json("The playlists.", ListenBrainzPlaylists(1, 0, 1, [_playlist()])),
            **OF_ACCOUNT,
            **_refusals("There is no such account that you may read.", NO_ACCOUNT_HERE),
        },
        (
            "Username",
            Parameter("count", "How many at most.", Count, default=25),
            Parameter("offset", "How many to skip.", Offset, default=0),
            "IfNoneMatch",
        ),
    ),
    Operation(
        "get", "/1/playlist/{id}", "createdPlaylist", "recommendations", "One of these playlists, with its tracks",
        "By the id at the end of its identifier.",
        {
            200: json("The playlist.", _playlist(SONG)),
            **CACHEABLE,
            **_refusals("There is no such playlist that you may read.", f"Cannot find playlist: {NUMBER}"),
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
