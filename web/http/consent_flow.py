"""Going to Spotify and coming back: who speaks to it, and the cookie that holds both ends together meanwhile."""

import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import asdict, dataclass
from urllib.parse import urlsplit

import orjson
from starlette.requests import Request
from starlette.responses import Response

from connect.connecting import Connecting
from db.engine.cipher import Cipher

COOKIE = "connecting"
PATH = "/connect"
CALLBACK = f"{PATH}/callback"
LOOPBACK = {"127.0.0.1", "::1"}  # the only two that Spotify takes over http (redirect-uri, 2025-04-09)
SECONDS = 600  # Spotify's codes live ten minutes
CONNECT, SIGN_IN, PLAYLIST = "connect", "sign-in", "playlist"
SEALED_AS = "consent"  # so that nothing else that is sealed with the same key is taken for it
OWN_PATH = re.compile(r"/(?![/\\])[\x21-\x5b\x5d-\x7e]{0,500}")  # no address elsewhere begins so


@dataclass(frozen=True)
class Pending:
    """What was begun in this browser: connecting an account, allowing a playlist, or signing in.

    `username` may be empty for signing in; `go_on` is a path of ours to go on to, `invitation` what allows connecting.
    """

    purpose: str
    username: str
    state: str
    verifier: str
    go_on: str = ""
    invitation: str = ""


@dataclass(frozen=True)
class Consent:
    """All that the connect routes need; `redirect_uri` is where Spotify sends the browser back to."""

    connector: Connecting
    sealer: Cipher
    redirect_uri: str

    @property
    def origin(self) -> str:
        """Scheme, host and port of the callback: a cookie set under another name would not come back."""
        parts = urlsplit(self.redirect_uri)
        return f"{parts.scheme}://{parts.netloc}"

    @property
    def over_https(self) -> bool:
        return self.redirect_uri.startswith("https:")

    @property
    def leads_to_this_machine(self) -> bool:
        return urlsplit(self.redirect_uri).hostname in LOOPBACK

    def returns_elsewhere(self, host: str | None) -> bool:
        """Whether Spotify sends a browser that asked for this host back to another name of this machine."""
        return self.leads_to_this_machine and host != urlsplit(self.redirect_uri).hostname

    def why_lost(self, host: str | None, base_path: str) -> str | None:
        """A sentence where Spotify would send a browser that asked for this host to where it is not waited for."""
        parts, callback = urlsplit(self.redirect_uri), base_path + CALLBACK
        if parts.path != callback:
            return (
                f"Spotify would send you back to {parts.path or '/'}, where nobody waits: REDIRECT_URI has to end in "
                f"{callback}, here and in the app's settings in Spotify's dashboard."
            )
        if host != parts.hostname and not self.leads_to_this_machine:
            return (
                f"Spotify would send you back to {self.origin}, which is not where you are: begin there, or make "
                "REDIRECT_URI the address under which this service is opened, here and in Spotify's dashboard."
            )
        return None

    def remember(self, response: Response, pending: Pending, base_path: str) -> None:
        response.set_cookie(
            COOKIE,
            self.sealer.seal(orjson.dumps({SEALED_AS: asdict(pending)})).decode(),
            max_age=SECONDS,
            path=base_path + PATH,
            secure=self.over_https,
            httponly=True,
            samesite="lax",
        )

    def recall(self, request: Request) -> Pending | None:
        """What `remember` put there, None when there is nothing, or it is too old, or not from here."""
        token = request.cookies.get(COOKIE, "").encode("latin-1", "replace")
        data = self.sealer.open(token, SECONDS) if _is_as_written(token) else None
        return _pending(data) if data else None


def _pending(data: bytes) -> Pending | None:
    try:
        found = orjson.loads(data)
    except orjson.JSONDecodeError:
        return None
    values = found.get(SEALED_AS) if isinstance(found, dict) else None
    return Pending(**values) if values else None


def _is_as_written(token: bytes) -> bool:
    """Base64 can be spelt in several ways that mean the same: only the one that we write is taken."""
    try:
        return bool(token) and urlsafe_b64encode(urlsafe_b64decode(token)) == token
    except ValueError:
        return False


def forget(response: Response, base_path: str) -> None:
    response.delete_cookie(COOKIE, path=base_path + PATH, httponly=True, samesite="lax")


def is_own_path(path: str) -> bool:
    """Whether a browser that is sent there stays with us."""
    return OWN_PATH.fullmatch(path) is not None
