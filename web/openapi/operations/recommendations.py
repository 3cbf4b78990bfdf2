"""The lists: as JSON, as playlists, and as a page."""

from datetime import date
from typing import Annotated, Literal

from msgspec import Meta

from web.answer_types.jspf import Jspf, JspfPlaylist, JspfTrack
from web.answer_types.problem import Problem
from web.answer_types.recommendations import (
    ItemFeedback,
    Kind,
    MissingMusicSource,
    RecommendationProvider,
    Recommendations,
    RecommendedItem,
)
from web.openapi.components.headers import CACHED, LATER, WHICH_TOKEN
from web.openapi.components.operation import JSON, Answer, Content, Operation, Parameter
from web.openapi.components.problems import (
    BAD_REQUEST,
    BAD_TOKEN,
    NO_ACCOUNT,
    NO_DATABASE_NOW,
    NOT_VALID,
    TOO_MANY,
    TRIED_TOO_OFTEN,
    UNAVAILABLE,
    WRONG_PARAMETER,
)
from web.openapi.components.shared_answers import OF_ACCOUNT, page, refusal
from web.openapi.operations.examples import REASON, SONG

Limit = Annotated[int, Meta(ge=1, le=100)]
LIST = Recommendations(
    "alice", "daily", date(2026, 11, 20), "2026-11-20T03:00:00.000Z", "Europe/Berlin", "ok",
    "This list is complete.", 2, 1, False, 0.25,
    {
        "rotation": RecommendationProvider("ok", 200, 1.0),
        "similar_artist": RecommendationProvider("ok", 84, 1.0, 12),
        "house": RecommendationProvider("empty", 0, 1.0),
    },
    [
        MissingMusicSource(
            "house", "Other listeners here: if you and five others share, each finds music for the others."
        )
    ],
    [
        RecommendedItem(
            1, "rotation", 4.71, "played_lately", REASON, {"plays_in_two_weeks": 6}, {"rotation": 1}, False,
            ItemFeedback("like", None, None), 17, SONG,
        )
    ],
)  # fmt: skip
ADDRESS = "https://open.spotify.com/track/4uLU6hMCjMI75M1A2tKUQC"
PLAYLIST = Jspf(
    JspfPlaylist(
        "Today for alice, 2026-11-20", "Insight for Spotify", "This list is complete.",
        "urn:uuid:6c28e3a4-7a52-5a0b-9b46-0fc9c8e1a9d3", "2026-11-20T03:00:00.000Z",
        [
            JspfTrack(
                title="Paper Boats", creator="The Lanterns", album="Harbour", duration=213000,
                identifier=["spotify:track:4uLU6hMCjMI75M1A2tKUQC"], annotation=REASON,
            )
        ],
    )
)  # fmt: skip
IN_XML = (
    '<?xml version="1.0" encoding="UTF-8"?>\n<playlist version="1" xmlns="http://xspf.org/ns/0/">'
    f"<trackList><track><location>{ADDRESS}</location><title>Paper Boats</title></track></trackList></playlist>\n"
)
FOR_PLAYERS = (
    "#EXTM3U\n#PLAYLIST:Today for alice, 2026-11-20\n#EXTINF:213,The Lanterns - Paper Boats\n"
    f"{ADDRESS}\n"
)  # fmt: skip
FEED = '<?xml version="1.0" encoding="utf-8"?>\n<feed xmlns="http://www.w3.org/2005/Atom">…</feed>'
FILE_NAME = {
    "Content-Disposition": {"description": "The name of the file, for playlists.", "schema": {"type": "string"}}
}
NONE_THAT_DAY = Problem(
    "about:blank", "Not Found", 404, "alice has no recommendations for 2026-11-19: the latest list is from 2026-11-18.",
    "/user-recommendations/alice", latest_available=date(2026, 11, 18),
)  # fmt: skip
DATE = Parameter(
    "date", "The date of the list, as yyyy-mm-dd; not in the future.", date, examples={"friday": "2026-11-20"}
)

LIST_NAME = Parameter(
    "list",
    "daily; weekly: thirty songs that the listener does not know, made on Mondays; year-ago: songs of this week of "
    "earlier years, made on Mondays; month: the last month in review, made on the first.",
    Literal["daily", "weekly", "year-ago", "month"],
    default="daily",
)

OPERATIONS = (
    Operation(
        "get", "/user-recommendations/{username}", "userRecommendations", "listening",
        "What was recommended for a date",
        "The stored list of exactly that date, made each night from the plays before 04:00 where the listener lives; "
        "with `list`, one of those made on Mondays or on the first of a month. Without `date`: the latest date of the "
        "list whose 04:00 has passed there. As JSON, as a playlist in JSPF "
        "(https://www.xspf.org/jspf) or XSPF (https://xspf.org/spec), or as M3U for players.",
        {
            200: Answer(
                "The list.",
                {
                    JSON: Content(LIST),
                    "application/jspf+json": Content(PLAYLIST),
                    "application/xspf+xml": Content(IN_XML),
                    "audio/x-mpegurl": Content(FOR_PLAYERS),
                },
                {**CACHED, **FILE_NAME},
            ),
            **OF_ACCOUNT,
            404: refusal("There is no such account, or no list for this date.", NONE_THAT_DAY),
        },
        (
            "Username",
            LIST_NAME,
            DATE,
            Parameter("kind", "Only items of this kind, which the list must contain; they keep their ranks.", Kind),
            Parameter("limit", "The maximum number of items.", Limit, default=100),
            Parameter(
                "format",
                "json: everything. jspf, xspf, m3u: a playlist.",
                Literal["json", "jspf", "m3u", "xspf"],
                default="json",
            ),
            "IfNoneMatch",
        ),
    ),
    Operation(
        "get", "/today/{username}/feed.atom", "feedOfLists", "listening", "Lists as a feed",
        "An Atom feed with the newest seven dates of a list, each with its songs and their reasons.",
        {200: Answer("The feed.", {"application/atom+xml": Content(FEED)}, CACHED), **OF_ACCOUNT},
        ("Username", LIST_NAME, "IfNoneMatch"),
    ),
    Operation(
        "get", "/today/{username}", "today", "recommendations", "A list of a date, as a page",
        "For people: the list by kind, each song with its reason; for its listener, signed in, also buttons for "
        "feedback. Without `date`: the latest date of the list whose 04:00 has passed where the listener lives.",
        {
            200: page("The page.", CACHED),
            **OF_ACCOUNT,
            400: refusal(WRONG_PARAMETER, BAD_REQUEST, may_be_page=True),
            401: refusal(NOT_VALID, BAD_TOKEN, WHICH_TOKEN, may_be_page=True),
            404: refusal(
                "There is no such account; or, always as a page, no list for this date.", NO_ACCOUNT, may_be_page=True
            ),
            429: refusal(TRIED_TOO_OFTEN, TOO_MANY, LATER, may_be_page=True),
            503: refusal(NO_DATABASE_NOW, UNAVAILABLE, LATER, may_be_page=True),
        },
        ("Username", LIST_NAME, DATE, "IfNoneMatch"),
    ),
)  # fmt: skip
