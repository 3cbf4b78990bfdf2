"""Connecting from a browser: who starts and finishes a consent, and the cookie that holds it together meanwhile."""

from dataclasses import dataclass
from typing import Protocol
from urllib.parse import urlsplit

import orjson
from starlette.requests import Request
from starlette.responses import Response

COOKIE = "connecting"
PATH = "/connect"
LOOPBACK = {"127.0.0.1", "::1"}  # the only two that Spotify takes over http (redirect-uri, 2025-04-09)
SECONDS = 600  # Spotify's codes live ten minutes


class Started(Protocol):
    """A consent under way: the page of Spotify to send the browser to, and what finishes it."""

    @property
    def url(self) -> str: ...
    @property
    def state(self) -> str: ...
    @property
    def verifier(self) -> str: ...


class Connector(Protocol):
    """Whoever speaks to Spotify about consent. Both raise AccountError; `finish` raises SpotifyError too."""

    def start(self, username: str, /) -> Started: ...

    def finish(self, username: str, callback_query: str, state: str, verifier: str, /) -> str:
        """The sentence to show."""


class Sealer(Protocol):
    """Authenticated encryption; `open` gives None for what was tampered with or is older than `max_age` seconds."""

    def seal(self, data: bytes) -> bytes: ...

    def open(self, token: bytes, max_age: int) -> bytes | None: ...


@dataclass(frozen=True)
class Pending:
    """A consent that was started in this browser."""

    username: str
    state: str
    verifier: str


@dataclass(frozen=True)
class Consent:
    """All that the connect routes need; `redirect_uri` is where Spotify sends the browser back to."""

    connector: Connector
    sealer: Sealer
    redirect_uri: str

    @property
    def origin(self) -> str:
        """Scheme, host and port of the callback: a cookie set under another name would not come back."""
        parts = urlsplit(self.redirect_uri)
        return f"{parts.scheme}://{parts.netloc}"

    def returns_elsewhere(self, host: str | None) -> bool:
        """Whether Spotify sends a browser that asked for this host back to another name of this machine."""
        own = urlsplit(self.redirect_uri).hostname
        return own in LOOPBACK and host != own

    def remember(self, response: Response, pending: Pending) -> None:
        data = orjson.dumps([pending.username, pending.state, pending.verifier])
        response.set_cookie(
            COOKIE,
            self.sealer.seal(data).decode(),
            max_age=SECONDS,
            path=PATH,
            secure=self.redirect_uri.startswith("https:"),
            httponly=True,
            samesite="lax",
        )

    def recall(self, request: Request) -> Pending | None:
        """What `remember` put there, None when there is nothing, or it is too old, or not from here."""
        token = request.cookies.get(COOKIE, "")
        data = self.sealer.open(token.encode("latin-1", "replace"), SECONDS) if token else None
        return Pending(*orjson.loads(data)) if data else None


def forget(response: Response) -> None:
    response.delete_cookie(COOKIE, path=PATH, httponly=True, samesite="lax")
