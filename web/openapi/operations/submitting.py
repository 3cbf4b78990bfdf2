"""Plays that players submit, as they submit them to ListenBrainz and Last.fm."""

from collections.abc import Mapping
from typing import Literal

from web.answer_types.lastfm import (
    IgnoredMessage,
    LastFmAnswer,
    LastFmError,
    LastFmScrobble,
    LastFmScrobbles,
    LastFmText,
    ScrobbleCounts,
)
from web.answer_types.listenbrainz import RefusedListen
from web.answer_types.submissions import ListensTaken, TokenValidity
from web.http.other_shapes import lastfm_error
from web.openapi.components.about import NOBODY, PLAYERS, TOKENS
from web.openapi.components.headers import LATER, NOT_KEPT, PLAYER_LIMITS
from web.openapi.components.listenbrainz_answers import NO_DATABASE, OF_LISTENER, for_now, refusal
from web.openapi.components.operation import FORM, JSON, Answer, Content, Operation, Parameter
from web.openapi.components.request_bodies import LastFmCall, NewListens
from web.openapi.components.schemas import Schema

XML = "application/xml"
NO_SCOPE = "This token may not submit plays: it needs the scope `submit`."
NO_TIME = "`listened_at` is not a number of seconds since 1970"
SCROBBLE = LastFmScrobble(
    LastFmText("0", "Paper Boats"), LastFmText("0", "The Lanterns"), LastFmText("0", "Harbour"), LastFmText("0", ""),
    "1795176000", IgnoredMessage("0", ""),
)  # fmt: skip
SCROBBLES = LastFmAnswer(scrobbles=LastFmScrobbles(SCROBBLE, ScrobbleCounts(1, 0)))
SESSION = (
    '<?xml version="1.0" encoding="UTF-8"?>\n<lfm status="ok">\n<session><name>alice</name><key>insight_1_…</key>'
    "<subscriber>0</subscriber></session>\n</lfm>\n"
)


def _lastfm(description: str, code: int, message: str, headers: Mapping[str, Schema] | None = None) -> Answer:
    error = lastfm_error(code, message, as_json=False)[0]
    return Answer(description, {XML: Content(error), JSON: Content(LastFmError(code, message))}, headers or {})


CALL = {
    200: Answer(
        "What the method answers, as Last.fm does.",
        {
            XML: Content(SESSION),
            JSON: Content(SCROBBLES),
        },
        {**NOT_KEPT, **PLAYER_LIMITS},
    ),
    400: _lastfm("A parameter is missing or wrong, or there is no such method.", 3, "`method` must be one of …"),
    403: _lastfm("The session key or the password is not valid.", 9, "Invalid, expired or revoked token."),
    408: _lastfm("The request did not arrive in time.", 6, "The whole request must arrive within 20 seconds."),
    413: _lastfm("The body is too large.", 6, "This address takes at most 256 KiB."),
    421: _lastfm("A host that this service does not serve.", 6, "ALLOWED_HOSTS can allow it."),
    429: _lastfm("Too many requests, or too many invalid tokens.", 29,
        "This was tried 300 times within a minute: try again in 41 s.", {**LATER, **PLAYER_LIMITS},
    ),
    500: _lastfm("A fault of the service.", 11, "Its log says what happened."),
    503: _lastfm(NO_DATABASE, 16, NO_DATABASE, LATER),
}  # fmt: skip


def _calls() -> tuple[Operation, Operation]:
    """The operations at one of the two addresses: generators of clients refuse both, which differ only by a slash."""
    scrobbling = Operation(
        "post", "/2.0", "lastFm", "players", "Scrobble, as to Last.fm",
        "auth.getMobileSession with a username and a token as the password, auth.getSession, track.scrobble with up to "
        "50 scrobbles, and track.updateNowPlaying. Every scrobble that is no play is ignored with a code and the "
        "reason. The fields may also be in the query. `/2.0/` is the same address.",
        CALL, body={FORM: LastFmCall}, is_body_required=False, security=(NOBODY,),
    )  # fmt: skip
    session = Operation(
        "get", "/2.0", "lastFmSession", "players", "Get a session, as at Last.fm",
        "auth.getSession only, as some clients call it; everything else has to be sent by POST.", CALL,
        (
            Parameter("method", "The method.", Literal["auth.getSession"], is_required=True),
            Parameter("token", "A token with the scope `submit`.", is_required=True),
            Parameter("format", "The format of the answer.", Literal["xml", "json"], default="xml"),
            Parameter("api_key", "Anything: it is not checked."),
            Parameter("api_sig", "Anything: it is not checked."),
        ),
        security=(NOBODY,),
    )  # fmt: skip
    return scrobbling, session


OPERATIONS = (
    Operation(
        "get", "/1/validate-token", "validateToken", "players", "Whether a token is valid, and whose it is",
        "An invalid token gets 200, too.",
        {
            200: for_now("Whether it is.", TokenValidity(200, "Token valid.", True, "alice")),
            **{status: answer for status, answer in OF_LISTENER.items() if status not in (304, 308, 401, 404)},
            404: refusal(404, "An invalid link.", "Invalid, expired or revoked link."),
        },
        security=TOKENS,
    ),
    Operation(
        "post", "/1/submit-listens", "submitListens", "players", "Submit plays",
        "For a token with the scope `submit`. A listen that is sent again is stored once, and is one play with what "
        "Spotify reports of it. Listens that are no plays are refused one by one, each with its reason. The "
        "Content-Type does not matter.",
        {
            200: for_now("The listens are stored.", ListensTaken("ok", [RefusedListen(3, NO_TIME)])),
            **{status: answer for status, answer in OF_LISTENER.items() if status not in (304, 308)},
            400: refusal(400, "Not JSON, or none of the listens is a play.", f"This is not a play: {NO_TIME}."),
            401: refusal(
                401, "No token, or an invalid one.",
                "Send `Authorization: Token` with a token that has the scope `submit`.",
            ),
            403: refusal(403, "The token lacks the scope.", NO_SCOPE),
            408: refusal(408, "It did not arrive in time.", "The whole request must arrive within 20 seconds."),
            409: refusal(409, "The account has been disabled.", "This account takes no plays."),
            413: refusal(413, "The body is too large.", "This address takes at most 10000 KiB."),
        },
        body={JSON: NewListens}, security=PLAYERS,
    ),
    *_calls(),
)  # fmt: skip
