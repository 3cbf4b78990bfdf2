"""Headers of answers."""

from collections.abc import Mapping

from web.openapi.components.operation import ref
from web.openapi.components.schemas import Schema

HEADERS: Mapping[str, Schema] = {
    "ETag": {
        "description": "Changes with the data, the program and the request.",
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
    "X-RateLimit-Limit": {
        "description": "How many requests a minute there are, as ListenBrainz' clients read it.",
        "schema": {"type": "string", "pattern": "^[0-9]+$"},
    },
    "X-RateLimit-Remaining": {
        "description": "How many of them are left.", "schema": {"type": "string", "pattern": "^[0-9]+$"},
    },
    "X-RateLimit-Reset-In": {
        "description": "After how many seconds there is room for one more.",
        "schema": {"type": "string", "pattern": "^[0-9]+$"},
    },
}  # fmt: skip
CACHED: Mapping[str, Schema] = {name: ref("headers", name) for name in ("ETag", "Cache-Control", "Vary")}
FOR_NOW: Mapping[str, Schema] = {"Cache-Control": ref("headers", "Cache-Control")}
NOT_KEPT: Mapping[str, Schema] = {
    "Cache-Control": {"description": "The answer may not be stored.", "schema": {"const": "no-store"}},
}
LATER: Mapping[str, Schema] = {"Retry-After": ref("headers", "Retry-After")}
LIMITED: Mapping[str, Schema] = {name: ref("headers", name) for name in ("RateLimit-Policy", "RateLimit")}
PLAYER_LIMITS: Mapping[str, Schema] = {
    **LIMITED,
    **{name: ref("headers", name) for name in ("X-RateLimit-Limit", "X-RateLimit-Remaining", "X-RateLimit-Reset-In")},
}
WHICH_TOKEN: Mapping[str, Schema] = {
    **LIMITED,
    "WWW-Authenticate": {"description": "Bearer, and what is wrong with the token.", "schema": {"type": "string"}},
}


def location(description: str, example: str | None = None, form: str = "uri-reference") -> Mapping[str, Schema]:
    shown = {"example": example} if example else {}
    return {"Location": {"description": description, "schema": {"type": "string", "format": form}, **shown}}


def cookie(description: str) -> Mapping[str, Schema]:
    return {"Set-Cookie": {"description": description, "schema": {"type": "string"}}}
