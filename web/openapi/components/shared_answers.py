"""Headers and answers that many operations have, as components; and which of them come together."""

from collections.abc import Mapping

from web.answer_types.problem import Problem
from web.openapi.components.operation import PROBLEM, Answer, Content, ref
from web.openapi.components.schemas import Schema

HEADERS: Mapping[str, Schema] = {
    "ETag": {
        "description": "Changes with the data, the program and the question.",
        "schema": {"type": "string", "pattern": '^W/"[0-9a-f]{24}"$'},
    },
    "Cache-Control": {
        "description": "How long the answer may be kept.",
        "schema": {"type": "string", "enum": ["private, no-cache", "no-store"]},
    },
    "Vary": {"description": "What else the answer depends on.", "schema": {"type": "string"}},
    "Link": {
        "description": "The next page, if there is one (RFC 8288).",
        "schema": {"type": "string"},
        "example": '</history/alice?limit=1&cursor=AAABnBX8n1gAAAAAAAC8VcbNQWqAlzFm>; rel="next"',
    },
    "Retry-After": {
        "description": "Seconds to wait before trying again.",
        "schema": {"type": "string", "pattern": "^[0-9]+$"},
    },
    "RateLimit-Policy": {
        "description": (
            "The limits that this request counts against: how many requests (q) within how many seconds (w), as in "
            "draft-ietf-httpapi-ratelimit-headers-10."
        ),
        "schema": {"type": "string", "pattern": '^("[a-z-]+";q=[0-9]+;w=60(, )?)+$'},
        "example": '"expensive-question";q=60;w=60',
    },
    "RateLimit": {
        "description": (
            "What is left of these limits: how many more requests have room (r), and after how many seconds there is "
            "room for one more (t)."
        ),
        "schema": {"type": "string", "pattern": '^("[a-z-]+";r=[0-9]+;t=[0-9]+(, )?)+$'},
        "example": '"expensive-question";r=59;t=60',
    },
}
CACHED: Mapping[str, Schema] = {name: ref("headers", name) for name in ("ETag", "Cache-Control", "Vary")}
FOR_NOW: Mapping[str, Schema] = {"Cache-Control": ref("headers", "Cache-Control")}
NOT_KEPT: Mapping[str, Schema] = {
    "Cache-Control": {"description": "It is not kept.", "schema": {"const": "no-store"}},
}
LATER: Mapping[str, Schema] = {"Retry-After": ref("headers", "Retry-After")}
LIMITED: Mapping[str, Schema] = {name: ref("headers", name) for name in ("RateLimit-Policy", "RateLimit")}
WHICH_TOKEN: Mapping[str, Schema] = {
    "WWW-Authenticate": {"description": "Bearer, with what is wrong with the token.", "schema": {"type": "string"}},
}
A_PAGE: Mapping[str, Content] = {"text/html": Content("<!doctype html>…")}


def location(description: str, example: str | None = None, form: str = "uri-reference") -> Mapping[str, Schema]:
    shown = {"example": example} if example else {}
    return {"Location": {"description": description, "schema": {"type": "string", "format": form}, **shown}}


def cookie(description: str) -> Mapping[str, Schema]:
    return {"Set-Cookie": {"description": description, "schema": {"type": "string"}}}


def refusal(
    description: str, problem: Problem, headers: Mapping[str, Schema] | None = None, *, may_be_page: bool = False
) -> Answer:
    pages = A_PAGE if may_be_page else {}
    return Answer(description, {PROBLEM: Content(problem), **pages}, headers or {})


def problem(status: int, title: str, detail: str, instance: str, parameter: str | None = None) -> Problem:
    if parameter is None:
        return Problem("about:blank", title, status, detail, instance)
    return Problem("about:blank", title, status, detail, instance, parameter)


BAD_REQUEST = problem(
    400, "Bad Request", "`limit` takes a whole number from 1 to 500.", "/history/alice", "limit"
)  # fmt: skip
NO_ACCOUNT = problem(
    404, "Not Found", "There is no account 'mallory' that you may read; /users lists all you may.", "/history/mallory"
)
BAD_TOKEN = problem(401, "Unauthorized", "Invalid, expired or revoked token.", "/history/alice")
TOO_MANY = problem(
    429, "Too Many Requests", "This was tried 30 times within a minute: try again in 42 s.", "/oauth/token"
)
UNAVAILABLE = problem(503, "Service Unavailable", "The database cannot be reached now; try again.", "/users")
FORBIDDEN = problem(
    403, "Forbidden",
    "This is for administrators: ADMINISTRATORS names them, and their tokens need the scope `administer` for it.",
    "/accounts",
)  # fmt: skip
WRONG_PARAMETER = "A parameter is unknown, repeated, or has a value it does not take; `parameter` names it."
NOT_VALID = "Invalid, expired or revoked token. (Without a token, a private account is answered with 404.)"
FROM_ELSEWHERE = "it was sent from another site's page, or from a page of ours that is out of date"
TRIED_TOO_OFTEN = "Tried too often."
NO_DATABASE_NOW = "The database cannot be reached, too many requests are waiting, or the answer took too long."

RESPONSES: Mapping[str, Answer] = {
    "NotModified": Answer("The client has this answer already.", {}, CACHED),
    "Moved": Answer(
        "The account has another name now. Location leads to it, for as long as the old name is reserved.", {},
        {**location("The same question under the new name."), **NOT_KEPT},
    ),
    "BadRequest": refusal(WRONG_PARAMETER, BAD_REQUEST),
    "Unauthorized": refusal(NOT_VALID, BAD_TOKEN, WHICH_TOKEN),
    "Foreign": refusal(
        f"Refused, because {FROM_ELSEWHERE}.",
        problem(403, "Forbidden", "This page is out of date: load it again, and then send it.", "/account/tokens"),
    ),
    "Forbidden": refusal(f"You may not do this; or {FROM_ELSEWHERE}.", FORBIDDEN),
    "NoAccount": refusal("There is no such account.", NO_ACCOUNT),
    "TooSlow": refusal(
        "The request did not arrive in time.",
        problem(408, "Request Timeout", "The whole request must arrive within 20 seconds.", "/account/tokens"),
    ),
    "Conflict": refusal(
        "The state of the account does not allow this; the sentence says what it does allow.",
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
            "This address takes application/x-www-form-urlencoded or application/json; Content-Type says which it is.",
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

# What every address answers; one that looks somebody up; an answer that can be cached; one of an account.
ALWAYS: Mapping[int, str] = {400: "BadRequest", 421: "WrongHost", 500: "Fault"}
ASKED: Mapping[int, str] = {
    **ALWAYS, 401: "Unauthorized", 404: "NoAccount", 429: "TooMany", 503: "Unavailable",
}  # fmt: skip
CACHEABLE: Mapping[int, str] = {**ASKED, 304: "NotModified"}
OF_ACCOUNT: Mapping[int, str] = {**CACHEABLE, 308: "Moved"}
# One that takes a body, from our own pages or from programs; and one that answers a page.
SENT: Mapping[int, str] = {**ASKED, 403: "Foreign", 408: "TooSlow", 413: "TooLarge", 415: "WrongType"}
PAGE_FORM: Mapping[int, str] = {**SENT, 422: "FilledInWrongly"}
CHANGED: Mapping[int, str] = {**SENT, 403: "Forbidden", 409: "Conflict"}
CONNECTING: Mapping[int, str] = {**ASKED, 503: "CannotConnect"}


def json(description: str, example: object, kind: object = None) -> Answer:
    """An answer of JSON that can be cached."""
    return Answer(description, {"application/json": Content(example, kind)}, CACHED)


def json_for_now(description: str, example: object) -> Answer:
    """One that is true for this moment only."""
    return Answer(description, {"application/json": Content(example)}, NOT_KEPT)


def page(description: str, headers: Mapping[str, Schema] = NOT_KEPT) -> Answer:
    return Answer(description, A_PAGE, headers)


def without(answers: Mapping[int, str], *statuses: int) -> Mapping[int, str]:
    return {status: name for status, name in answers.items() if status not in statuses}
