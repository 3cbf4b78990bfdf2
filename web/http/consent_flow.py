"""The OAuth consent flow: its settings, and the cookie that remembers a flow while the browser is at Spotify."""

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
LOOPBACK = {"127.0.0.1", "::1"}  # the only hosts that Spotify accepts over HTTP (redirect-uri, 2025-04-09)
SECONDS = 600  # Spotify's codes live ten minutes
CONNECT, SIGN_IN, PLAYLIST, LIBRARY = "connect", "sign-in", "playlist", "library"
SEALED_AS = "consent"  # tells it from other things sealed with the same key
OWN_PATH = re.compile(r"/(?![/\\])[\x21-\x5b\x5d-\x7e]{0,500}")  # never an address elsewhere


@dataclass(frozen=True)
class Pending:
    """The flow begun in this browser: connecting an account, allowing a playlist or the library, or signing in.

    `username` may be empty for signing in; `go_on` is a path of ours to redirect to afterwards, `invitation` the
    invitation to connect, if any.
    """

    purpose: str
    username: str
    state: str
    verifier: str
    go_on: str = ""
    invitation: str = ""


@dataclass(frozen=True)
class Consent:
    """What the connect routes need; Spotify redirects browsers back to `redirect_uri`."""

    connector: Connecting
    sealer: Cipher
    redirect_uri: str

    @property
    def origin(self) -> str:
        """Scheme, host and port of the callback: cookies set under another host would not come back."""
        parts = urlsplit(self.redirect_uri)
        return f"{parts.scheme}://{parts.netloc}"

    @property
    def over_https(self) -> bool:
        return self.redirect_uri.startswith("https:")

    @property
    def leads_to_this_machine(self) -> bool:
        return urlsplit(self.redirect_uri).hostname in LOOPBACK

    def returns_elsewhere(self, host: str | None) -> bool:
        """Whether Spotify redirects a browser that came to this host to another name of this machine."""
        return self.leads_to_this_machine and host != urlsplit(self.redirect_uri).hostname

    def why_lost(self, host: str | None, base_path: str) -> str | None:
        """A sentence if Spotify would redirect a browser that came to this host to an address that cannot finish."""
        parts, callback = urlsplit(self.redirect_uri), base_path + CALLBACK
        if parts.path != callback:
            return (
                f"Spotify would send you back to {parts.path or '/'}, which cannot finish it: REDIRECT_URI must end in "
                f"{callback}, here and in the app's settings in Spotify's dashboard."
            )
        if host != parts.hostname and not self.leads_to_this_machine:
            return (
                f"Spotify would send you back to {self.origin}, but you are at another address: start there, or set "
                "REDIRECT_URI to the address at which you open this service, here and in Spotify's dashboard."
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
        """What `remember` stored; None if there is nothing, or it is too old or not ours."""
        token = request.cookies.get(COOKIE, "").encode("latin-1", "replace")
        data = self.sealer.open(token, SECONDS) if _is_canonical(token) else None
        return _pending(data) if data else None


def _pending(data: bytes) -> Pending | None:
    try:
        content = orjson.loads(data)
    except orjson.JSONDecodeError:
        return None
    values = content.get(SEALED_AS) if isinstance(content, dict) else None
    return Pending(**values) if values else None


def _is_canonical(token: bytes) -> bool:
    """Base64 can encode the same bytes in several ways: only ours is accepted."""
    try:
        return bool(token) and urlsafe_b64encode(urlsafe_b64decode(token)) == token
    except ValueError:
        return False


def forget(response: Response, base_path: str) -> None:
    response.delete_cookie(COOKIE, path=base_path + PATH, httponly=True, samesite="lax")


def is_own_path(path: str) -> bool:
    """Whether a redirect to it stays on this service."""
    return OWN_PATH.fullmatch(path) is not None
