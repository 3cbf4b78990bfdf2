"""Cross-origin resource sharing (CORS): which other sites' pages may read our answers.

Only those of CORS_ORIGINS, and never with a browser's cookie or password: such a page has to send a token.
"""

from collections.abc import Iterable, Sequence

from starlette.responses import Response
from starlette.types import Scope

METHODS = "GET, HEAD, POST, PATCH"
HEADERS = (
    "Authorization, Accept, Accept-Language, Content-Type, If-None-Match, Mcp-Protocol-Version, Mcp-Session-Id, "
    "Mcp-Method, Mcp-Name"
)
SHOWN = "ETag, Link, Deprecation, Retry-After, RateLimit, RateLimit-Policy, WWW-Authenticate"
SECONDS = 600  # for which a browser keeps the answer to a preflight request
Pairs = list[tuple[bytes, bytes]]
VARY: Pairs = [(b"vary", b"Origin")]
NONE: Pairs = []


class CrossOrigin:
    """The headers with which browsers let pages of these origins read an answer."""

    def __init__(self, origins: Sequence[str]) -> None:
        self._origins = frozenset(origin.encode() for origin in origins)

    def preflight(self, scope: Scope) -> Response | None:
        """The answer to a preflight request; None for every other request."""
        if scope["method"] != "OPTIONS" or not self._is_allowed(scope):
            return None
        if _header(scope["headers"], b"access-control-request-method") is None:
            return None
        allowed = {"Access-Control-Allow-Methods": METHODS, "Access-Control-Allow-Headers": HEADERS}
        return Response(status_code=204, headers={**allowed, "Access-Control-Max-Age": str(SECONDS)})

    def headers(self, scope: Scope) -> Pairs:
        """The headers of every answer, also of a refusal."""
        if not self._origins:
            return NONE
        if not self._is_allowed(scope):
            return VARY
        origin = _header(scope["headers"], b"origin") or b""
        return [
            *VARY,
            (b"access-control-allow-origin", origin),
            (b"access-control-expose-headers", SHOWN.encode()),
        ]

    def _is_allowed(self, scope: Scope) -> bool:
        return bool(self._origins) and _header(scope["headers"], b"origin") in self._origins


def _header(headers: Iterable[tuple[bytes, bytes]], name: bytes) -> bytes | None:
    return next((value for each, value in headers if each == name), None)
