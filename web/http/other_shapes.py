"""Errors for other services' clients, in the formats that these expect: ListenBrainz' and Last.fm's."""

import re
from collections.abc import Mapping
from html import escape
from typing import Protocol

import orjson
from starlette.types import Scope

LISTENBRAINZ, LASTFM = "/1", "/2.0"
JSON, XML = "application/json", "application/xml; charset=utf-8"
# Last.fm's error codes by HTTP status; INVALID_PARAMETERS is for every other status.
INVALID_PARAMETERS, INVALID_METHOD, INVALID_SESSION, OFFLINE, TEMPORARY, RATE_LIMIT = 6, 3, 9, 11, 16, 29
CODES: Mapping[int, int] = {
    401: INVALID_SESSION, 403: INVALID_SESSION, 404: INVALID_METHOD, 405: INVALID_METHOD, 429: RATE_LIMIT,
    500: OFFLINE, 503: TEMPORARY,
}  # fmt: skip
NOT_IN_XML = dict.fromkeys((*range(9), 11, 12, *range(14, 32), 65534, 65535), "�")
AS_JSON = re.compile(rb"(?:\A|&)format=json(?:&|\Z)", re.IGNORECASE)
ARRIVED = "insight.arrived"  # in the request's scope: what has arrived of its body
Shaped = tuple[str, str]  # the body and its media type


class Refusal(Protocol):
    """What is wrong with a request. `more` are further members."""

    @property
    def status(self) -> int: ...
    @property
    def detail(self) -> str: ...
    @property
    def more(self) -> Mapping[str, object]: ...


def is_of_other_clients(path: str) -> bool:
    """Whether programs that know other services use this address: they never get a page."""
    return _is_under(LISTENBRAINZ, path) or _is_under(LASTFM, path)


def _is_under(root: str, path: str) -> bool:
    return path == root or path.startswith(f"{root}/")


def in_other_shape(scope: Scope, refusal: Refusal) -> Shaped | None:
    """None at our own addresses."""
    if _is_under(LISTENBRAINZ, scope["path"]):
        refused = {name: value for name, value in refusal.more.items() if name == "refused"}
        return orjson.dumps({"code": refusal.status, "error": refusal.detail, **refused}).decode(), JSON
    if _is_under(LASTFM, scope["path"]):
        code = CODES.get(refusal.status, INVALID_PARAMETERS)
        return lastfm_error(code, refusal.detail, as_json=_wants_json(scope))
    return None


def _wants_json(scope: Scope) -> bool:
    """Whether the query asks for JSON, or as much of the form as has arrived."""
    return any(AS_JSON.search(form) for form in (scope["query_string"], scope.get(ARRIVED, b"")))


def lastfm_error(code: int, message: str, *, as_json: bool) -> Shaped:
    if as_json:
        return orjson.dumps({"error": code, "message": message}).decode(), JSON
    return xml("failed", f'<error code="{code}">{xml_text(message)}</error>'), XML


def xml(status: str, content: str) -> str:
    """A whole answer of Last.fm's."""
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<lfm status="{status}">\n{content}\n</lfm>\n'


def xml_text(text: str) -> str:
    """Text as an element contains it; control characters, which XML cannot even escape, are replaced."""
    return escape(text.translate(NOT_IN_XML).encode("utf-8", "replace").decode())
