"""Listens and statistics for programs that read ListenBrainz."""

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from msgspec import Meta

from web.answer_types.listenbrainz import ListenBrainzPlaylists
from web.answer_types.listens import (
    DailyActivity,
    DailyActivityPayload,
    LatestImport,
    Listen,
    ListenBrainzTopArtists,
    ListenBrainzTopRecordings,
    ListenBrainzTopReleases,
    ListenBrainzUser,
    ListenBrainzUsers,
    ListenCount,
    ListenCountPayload,
    ListenDetails,
    ListenedArtist,
    ListenedHour,
    ListenedRecording,
    ListenedRelease,
    ListenedTime,
    ListenedTrack,
    ListeningActivity,
    ListeningActivityPayload,
    Listens,
    ListensPayload,
    PlayingNow,
    PlayingNowListen,
    PlayingNowPayload,
    RangeName,
    RecommendedRecordings,
    RecommendedRecordingsPayload,
    ScoredRecording,
    TopArtistsPayload,
    TopRecordingsPayload,
    TopReleasesPayload,
)
from web.openapi.components.about import TOKENS
from web.openapi.components.listenbrainz_answers import NOTHING, OF_LISTENER, for_now, read
from web.openapi.components.operation import Answer, Operation, Parameter
from web.openapi.components.shared_parameters import AccountName
from web.openapi.operations.recommendations import ADDRESS

Count = Annotated[int, Meta(ge=1, le=1000)]
Offset = Annotated[int, Meta(ge=0, le=999999999)]
Second = Annotated[int, Meta(ge=0, le=253402300799)]
COUNT = Parameter("count", "The maximum number of entries.", Count, default=25)
OFFSET = Parameter("offset", "How many entries to skip.", Offset, default=0)
RANGE = Parameter(
    "range",
    "On the listener's own calendar: the current week, month or year (`this_…`), the last whole one, quarter or half "
    "year, or all of it.",
    RangeName, default="all_time",
)  # fmt: skip
RECORDING, ARTIST = "5b11f4ce-a62d-471e-81fc-a69a8278c7da", "83d91898-7763-47d7-b03b-b92132375c47"
BEGAN, FIRST = 1795176000, 1262304000
TRACK = ListenedTrack(
    artist_name="The Lanterns", track_name="Paper Boats", release_name="Harbour",
    additional_info=ListenDetails(
        artist_names=["The Lanterns"], duration_ms=213000, duration_played=213, origin_url=ADDRESS, spotify_id=ADDRESS,
        music_service="spotify.com",
    ),
)  # fmt: skip
HEAD: Mapping[str, Any] = {
    "user_id": "alice", "range": "this_week", "from_ts": 1794870000, "to_ts": 1795215600, "last_updated": BEGAN,
}  # fmt: skip
HEARD = ListenedTime(1795129200, 1795215599, "Friday 20 November 2026", 41)
LISTENS = Listens(ListensPayload(1, "alice", BEGAN, FIRST, [Listen(BEGAN, "alice", TRACK)]))
NO_PLAYLISTS = ListenBrainzPlaylists(0, 0, 0, [])
ARTISTS = TopArtistsPayload(
    artists=[ListenedArtist("The Lanterns", [ARTIST], 41)], count=1, offset=0, total_artist_count=1, **HEAD
)
RELEASES = TopReleasesPayload(
    releases=[ListenedRelease("The Lanterns", [], "Harbour", 41)], count=1, offset=0, total_release_count=1, **HEAD
)
RECORDINGS = TopRecordingsPayload(
    recordings=[
        ListenedRecording(
            artist_name="The Lanterns", artist_mbids=[ARTIST], track_name="Paper Boats", release_name="Harbour",
            recording_mbid=RECORDING, listen_count=41,
        )
    ],
    count=1, offset=0, total_recording_count=1, **HEAD,
)  # fmt: skip
RECOMMENDED = RecommendedRecordingsPayload(
    user_name="alice", entity="recording", type="raw", count=1, offset=0, total_mbid_count=1, last_updated=BEGAN,
    mbids=[ScoredRecording(RECORDING, 1.0)],
)  # fmt: skip


def _operation(
    path: str, name: str, summary: str, description: str, answer: Answer, *parameters: Parameter, empty: bool = False
) -> Operation:
    """An operation about the account in the path. `empty`: it answers 204 if there is nothing."""
    answers = {200: answer, **({204: NOTHING} if empty else {}), **OF_LISTENER}
    return Operation(
        "get", path, name, "players", summary, description, answers, ("Username", *parameters, "IfNoneMatch"),
        security=TOKENS,
    )  # fmt: skip


def _statistic(name: str, summary: str, description: str, example: object, *parameters: Parameter) -> Operation:
    path, (first, *others) = f"/1/stats/user/{{username}}/{name}", name.split("-")
    operation = "stats" + "".join(map(str.capitalize, (first, *others)))
    return _operation(path, operation, summary, description, read("The statistics.", example), *parameters, empty=True)


OPERATIONS = (
    _operation(
        "/1/user/{username}/listens", "listens", "Plays as listens",
        "What counts as a play, by when it began, the newest first. The next page is the one before `max_ts`, the "
        "`listened_at` of the last listen.",
        read("The listens.", LISTENS),
        Parameter("max_ts", "Only listens that began before this second.", Second),
        Parameter("min_ts", "Only listens that began after this second; the nearest to it, without `max_ts`.", Second),
        COUNT,
    ),
    _operation(
        "/1/user/{username}/listen-count", "listenCount", "How many plays there are", "What counts as a play.",
        read("The number.", ListenCount(ListenCountPayload(42000))),
    ),
    Operation(
        "get", "/1/user/{username}/playing-now", "playingNow", "players", "What is playing now",
        "What /now/{username} shows, unless it is paused: what Spotify shows, or what a player has submitted as "
        "playing_now, until the track ends (ten minutes if its length is not known).",
        {
            200: for_now(
                "Nothing, or one listen.",
                PlayingNow(PlayingNowPayload(1, "alice", True, [PlayingNowListen(True, "alice", TRACK)])),
            ),
            **{status: answer for status, answer in OF_LISTENER.items() if status != 304},
        },
        ("Username",), security=TOKENS,
    ),
    _operation(
        "/1/user/{username}/playlists", "ownPlaylists", "Playlists of the listener's own",
        "Always none: those that were made for the listener are at `createdfor`.", read("None.", NO_PLAYLISTS), COUNT,
        OFFSET,
    ),
    Operation(
        "get", "/1/latest-import", "latestImport", "players", "When the last submitted play began",
        "Players use this to know where to continue.",
        {200: read("The time.", LatestImport("alice", BEGAN)), **OF_LISTENER},
        (
            Parameter("user_name", "The account.", AccountName, is_required=True, examples={"alice": "alice"}),
            "IfNoneMatch",
        ),
        security=TOKENS,
    ),
    Operation(
        "get", "/1/search/users", "searchUsers", "players", "Find accounts by a part of their names",
        "At most ten of the accounts that you may read.",
        {
            200: read("The accounts.", ListenBrainzUsers([ListenBrainzUser("alice")])),
            **{status: answer for status, answer in OF_LISTENER.items() if status != 308},
        },
        (
            Parameter("search_term", "A part of the name.", is_required=True, examples={"part": "ali"}),
            "IfNoneMatch",
        ),
        security=TOKENS,
    ),
    _statistic("artists", "Most played artists", "By plays.", ListenBrainzTopArtists(ARTISTS), COUNT, OFFSET, RANGE),
    _statistic("releases", "Most played albums", "By plays.", ListenBrainzTopReleases(RELEASES), COUNT, OFFSET, RANGE),
    _statistic(
        "recordings", "Most played songs", "By plays; the same recording under several ids counts once.",
        ListenBrainzTopRecordings(RECORDINGS), COUNT, OFFSET, RANGE,
    ),
    _statistic(
        "listening-activity", "Plays over time",
        "By day, month or year, of the range and of the one before it.",
        ListeningActivity(ListeningActivityPayload(listening_activity=[HEARD], **HEAD)), RANGE,
    ),
    _statistic(
        "daily-activity", "Plays by the hour of the week", "On the listener's own clock.",
        DailyActivity(DailyActivityPayload(daily_activity={"Monday": [ListenedHour(0, 2)]}, **HEAD)), RANGE,
    ),
    _operation(
        "/1/cf/recommendation/user/{username}/recording", "recommendedRecordings",
        "The latest list, as recordings at MusicBrainz",
        "Only songs that MusicBrainz is known to have, in the order of the list.",
        read("The recordings.", RecommendedRecordings(RECOMMENDED)),
        Parameter(
            "artist_type", "Accepted because ListenBrainz accepts it: there is one type.",
            Literal["top", "similar", "raw"],
        ),
        COUNT, OFFSET, empty=True,
    ),
)  # fmt: skip
