"""Answers that many operations share, as components, and groups of them."""

from collections.abc import Mapping

from web.answer_types.problem import Problem
from web.openapi.components.headers import CACHED, LATER, LIMITED, NOT_KEPT, WHICH_TOKEN, location
from web.openapi.components.operation import PROBLEM, Answer, Content
from web.openapi.components.problems import (
    BAD_REQUEST,
    BAD_TOKEN,
    FORBIDDEN,
    FROM_ELSEWHERE,
    NO_ACCOUNT,
    NO_DATABASE_NOW,
    NOT_VALID,
    TOO_MANY,
    TRIED_TOO_OFTEN,
    UNAVAILABLE,
    WRONG_PARAMETER,
    problem,
)
from web.openapi.components.schemas import Schema

A_PAGE: Mapping[str, Content] = {"text/html": Content("<!doctype html>…")}


def refusal(
    description: str, problem: Problem, headers: Mapping[str, Schema] | None = None, *, may_be_page: bool = False
) -> Answer:
    pages = A_PAGE if may_be_page else {}
    return Answer(description, {PROBLEM: Content(problem), **pages}, headers or {})


RESPONSES: Mapping[str, Answer] = {
    "NotModified": Answer("The client already has this answer.", {}, CACHED),
    "Moved": Answer(
        "The account has a new name now. As long as the old name is reserved, Location leads to the new one.", {},
        {**location("The same address with the new name."), **NOT_KEPT},
    ),
    "BadRequest": refusal(WRONG_PARAMETER, BAD_REQUEST),
    "Unauthorized": refusal(NOT_VALID, BAD_TOKEN, WHICH_TOKEN),
    "Foreign": refusal(
        f"Refused, because {FROM_ELSEWHERE}.",
        problem(403, "Forbidden", "This page is out of date: reload it, then send it again.", "/account/tokens"),
    ),
    "Forbidden": refusal(f"You may not do this; or {FROM_ELSEWHERE}.", FORBIDDEN),
    "NoAccount": refusal("There is no such account.", NO_ACCOUNT),
    "TooSlow": refusal(
        "The request did not arrive in time.",
        problem(408, "Request Timeout", "The whole request must arrive within 20 seconds.", "/account/tokens"),
    ),
    "Conflict": refusal(
        "The state of the account does not allow this; `detail` says why, and what is possible.",
        problem(
            409, "Conflict", "'bob' is the name of another account, or was until recently: choose another.", "/users"
        ),
    ),
    "TooLarge": refusal(
        "The body is too large.",
        problem(413, "Content Too Large", "This address takes at most 64 KiB.", "/account/tokens"),
    ),
    "WrongType": refusal(
        "The body is neither a form nor JSON.",
        problem(
            415, "Unsupported Media Type",
            "This address takes application/x-www-form-urlencoded or application/json; set Content-Type to the one "
            "that you send.",
            "/account/tokens",
        ),
    ),
    "WrongHost": refusal(
        "The Host header names a host that this service does not serve.",
        problem(
            421, "Misdirected Request",
            "This service does not answer under this name; ALLOWED_HOSTS can allow it.", "/users",
        ),
    ),
    "FilledInWrongly": Answer(
        "The page again, with a sentence that says which field is wrong; nothing was changed.", A_PAGE, NOT_KEPT
    ),
    "TooMany": refusal(TRIED_TOO_OFTEN, TOO_MANY, {**LATER, **LIMITED}),
    "Fault": refusal(
        "A fault of the service; its log has the details.",
        problem(
            500, "Internal Server Error",
            "This is a fault of the service, not of the request; its log says what happened.", "/users",
        ),
    ),
    "Unavailable": refusal(f"{NO_DATABASE_NOW} The detail says which.", UNAVAILABLE, LATER),
    "CannotConnect": refusal(
        "A setting is missing, or the database or Spotify cannot be reached now.",
        problem(
            503, "Service Unavailable",
            "CLIENT_ID is not set: connecting needs a Spotify app, and its Client ID in this setting.", "/connect",
        ),
    ),
}  # fmt: skip

# Answers at every address; where the visitor is looked up; where answers can be cached; at those of an account.
ALWAYS: Mapping[int, str] = {400: "BadRequest", 421: "WrongHost", 500: "Fault"}
LOOKED_UP: Mapping[int, str] = {
    **ALWAYS, 401: "Unauthorized", 404: "NoAccount", 429: "TooMany", 503: "Unavailable",
}  # fmt: skip
CACHEABLE: Mapping[int, str] = {**LOOKED_UP, 304: "NotModified"}
OF_ACCOUNT: Mapping[int, str] = {**CACHEABLE, 308: "Moved"}
# Answers where a body is sent, by our own pages or by programs, and where the answer is a page.
SENT: Mapping[int, str] = {**LOOKED_UP, 403: "Foreign", 408: "TooSlow", 413: "TooLarge", 415: "WrongType"}
PAGE_FORM: Mapping[int, str] = {**SENT, 422: "FilledInWrongly"}
CHANGED: Mapping[int, str] = {**SENT, 403: "Forbidden", 409: "Conflict"}
CONNECTING: Mapping[int, str] = {**LOOKED_UP, 503: "CannotConnect"}


def json(description: str, example: object, kind: object = None) -> Answer:
    """An answer of JSON that can be cached."""
    return Answer(description, {"application/json": Content(example, kind)}, CACHED)


def json_for_now(description: str, example: object) -> Answer:
    """An answer that is valid for this moment only."""
    return Answer(description, {"application/json": Content(example)}, NOT_KEPT)


def page(description: str, headers: Mapping[str, Schema] = NOT_KEPT) -> Answer:
    return Answer(description, A_PAGE, headers)


def without(answers: Mapping[int, str], *statuses: int) -> Mapping[int, str]:
    return {status: name for status, name in answers.items() if status not in statuses}
