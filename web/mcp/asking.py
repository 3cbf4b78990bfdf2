"""Requests to our own addresses within this process: MCP clients get the answers that HTTP clients get.

So rights, rate limits, time limits and cancellation are the same as for every other request, by the same code.
"""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode, urlsplit

import orjson
from starlette.types import Message, Receive, Scope

from web.http.errors import HANDLERS
from web.http.rate_limits import USED
from web.mcp.calls import Address
from web.server.refusing import Refusing, Sending
from web.visitors.visitor import CACHED

KEPT = ("type", "asgi", "http_version", "server", "client", "scheme", "root_path", "base_path", "app", "state", CACHED)
KEPT_HEADERS = {b"host", b"authorization"}
NOT_JSON = "This address answers nothing that a tool could show."
MOVED = 308


@dataclass(frozen=True, slots=True)
class Answer:
    """`body` is JSON as it was sent; that of an error has `detail`."""

    status: int
    body: bytes

    @property
    def is_error(self) -> bool:
        return self.status >= 400

    @property
    def content(self) -> Any:
        """Raises ValueError if it is not JSON."""
        return orjson.loads(self.body)

    @property
    def sentence(self) -> str:
        """The sentence of an error."""
        try:
            return str(self.content["detail"])
        except (KeyError, ValueError):
            return NOT_JSON


class Asking:
    """Asks on behalf of the request with this scope. `receive` tells when its client has left."""

    def __init__(self, scope: Scope, receive: Receive) -> None:
        self._outer, self._receive = scope, receive

    async def get(self, address: Address) -> Answer:
        """The answer at an address, or at the one to which it has moved."""
        collected = await self._collected(address.path, urlencode(address.query))
        if collected.status == MOVED:
            base_path = self._outer.get("base_path", "")
            target = urlsplit(collected.location.removeprefix(base_path))
            return (await self._collected(target.path, target.query)).answer
        return collected.answer

    async def _collected(self, path: str, query: str) -> "_Collected":
        scope, collected = self._scope(path, query), _Collected()
        refusing = Refusing(scope["app"].router.app, HANDLERS)
        await refusing.answer(scope, self._receive, Sending(scope, collected.send, _no_headers))
        return collected

    def _scope(self, path: str, query: str) -> Scope:
        kept = {name: self._outer[name] for name in KEPT if name in self._outer}
        headers = [(name, value) for name, value in self._outer["headers"] if name in KEPT_HEADERS]
        asked = {"method": "GET", "path": path, "raw_path": path.encode(), "query_string": query.encode()}
        return {**kept, **asked, "headers": headers, USED: self._outer.setdefault(USED, {})}


class _Collected:
    """Collects what is sent."""

    def __init__(self) -> None:
        self.status, self.location, self._body = 0, "", bytearray()

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            self.location = dict(message.get("headers", ())).get(b"location", b"").decode("latin-1")
        self._body += message.get("body", b"")

    @property
    def answer(self) -> Answer:
        return Answer(self.status, bytes(self._body))


def _no_headers(_: Scope) -> list[tuple[bytes, bytes]]:
    return []
