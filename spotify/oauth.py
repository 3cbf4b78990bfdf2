"""Consent and tokens: Authorization Code with PKCE, refresh, and client credentials (Spotify: authorization)."""

import base64
import hashlib
import hmac
import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlencode

from spotify.clock import clock_warning
from spotify.errors import OurMistake, Reconnect, TooLittle
from spotify.http import Http
from spotify.refusals import plain
from spotify.sign_in_refusals import sign_in_refusal

SCOPES = ("user-read-recently-played",)  # all that collecting needs; optional features request more when turned on
HOUR, LONGEST = 3600, 30 * 86400  # lifetimes of a token in seconds: so far always; the longest that is plausible
FROM_SPOTIFYS_PAGE = (
    "That is the address of Spotify's own page: agree there, and paste the address that it sends the browser to. If it "
    "says `Invalid redirect URI` instead, add exactly REDIRECT_URI to the app's Redirect URIs in Spotify's dashboard; "
    "if it says `Invalid client`, the client id is wrong."
)


CALLBACK = "/connect/callback"  # the end of all our redirect URIs


def service_address(redirect_uri: str) -> str:
    """The address at which browsers reach this service, from the redirect URI."""
    return redirect_uri.removesuffix(CALLBACK)


@dataclass(frozen=True)
class App:
    """A Spotify app as its owner registered it. Without a secret, it is a public client (PKCE only)."""

    client_id: str
    client_secret: str | None = field(repr=False)
    redirect_uri: str
    accounts_url: str = "https://accounts.spotify.com"
    api_url: str = "https://api.spotify.com"


@dataclass(frozen=True)
class Consent:
    """A link for consenting, and the values to keep until Spotify sends the listener back."""

    url: str
    state: str
    verifier: str = field(repr=False)


@dataclass(frozen=True)
class Tokens:
    """An answer of the token endpoint. `refresh_token` is None if there was none: keep using the old one.

    `warning` is a sentence if this machine's clock is wrong, otherwise empty.
    """

    access_token: str = field(repr=False)
    expires_at: datetime
    refresh_token: str | None = field(repr=False)
    scopes: str
    warning: str = ""


def new_consent(app: App, scopes: Sequence[str] = SCOPES, *, always_ask: bool = True) -> Consent:
    """Begin a consent. `always_ask` asks even listeners who have agreed before, so no foreign link connects anybody."""
    state, verifier = secrets.token_urlsafe(24), secrets.token_urlsafe(64)
    challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
    query = {
        "response_type": "code",
        "client_id": app.client_id,
        "redirect_uri": app.redirect_uri,
        "scope": " ".join(scopes),
        "state": state,
        "show_dialog": "true" if always_ask else "false",
        "code_challenge_method": "S256",
        "code_challenge": challenge,
    }
    return Consent(f"{app.accounts_url}/authorize?{urlencode(query)}", state, verifier)


def read_callback(address: str, state: str) -> str:
    """The code in the address (or its query) to which Spotify sent the listener back.

    Raises OurMistake if this is not the answer to the link with this `state`, or has no code; Reconnect if the listener
    refused.
    """
    query = address.strip().rpartition("?")[2].partition("#")[0]
    values = {name: repeated[-1] for name, repeated in parse_qs(query).items()}
    if not state or not hmac.compare_digest(_bytes(values.get("state", "")), _bytes(state)):
        raise OurMistake(
            "This is not the answer to the link just given (`state` differs): open that link and paste the whole "
            "address that the browser is sent to."
        )
    if values.get("error") == "access_denied":
        raise Reconnect("Consent was refused on Spotify's page. Open the link again and choose Agree.")
    if "redirect_uri" in values:
        raise OurMistake(FROM_SPOTIFYS_PAGE)
    if "error" in values or "code" not in values:
        reason = f" ({plain(values['error'])})" if "error" in values else ""
        raise OurMistake(f"Spotify sent no code back{reason}; start connecting again.")
    return values["code"]


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "replace")  # pasted text may contain anything


@dataclass(frozen=True)
class Accounts:
    """Spotify's token endpoint, for one app."""

    app: App
    http: Http
    now: Callable[[], datetime]

    def exchange(self, code: str, verifier: str) -> Tokens:
        """Tokens for a new consent. Raises Reconnect, OurMistake, TryLater."""
        form = {"grant_type": "authorization_code", "code": code, "redirect_uri": self.app.redirect_uri}
        return self._tokens({**form, "code_verifier": verifier})

    def refresh(self, refresh_token: str) -> Tokens:
        """A new access token; its `refresh_token` is None if the old one stays valid.

        Raises Reconnect if the consent has ended, as it does after six months (Spotify: refreshing-tokens, 2026-06).
        Also raises OurMistake and TryLater.
        """
        return self._tokens({"grant_type": "refresh_token", "refresh_token": refresh_token})

    def client_credentials(self) -> Tokens:
        """A token of the app's own, for calls that belong to no listener. Raises OurMistake, TryLater."""
        if not self.app.client_secret:
            raise OurMistake("CLIENT_SECRET is not set, and the app gets no token of its own without it. Set it.")
        return self._tokens({"grant_type": "client_credentials"})

    def _tokens(self, form: dict[str, str]) -> Tokens:
        headers = {}
        if self.app.client_secret:
            login = f"{self.app.client_id}:{self.app.client_secret}".encode()
            headers["Authorization"] = "Basic " + base64.b64encode(login).decode()
        else:
            form = {**form, "client_id": self.app.client_id}
        answer = self.http.send("POST", f"{self.app.accounts_url}/api/token", form=form, headers=headers)
        if answer.status != 200:
            raise sign_in_refusal(answer, form["grant_type"], self.now())
        return _read(answer.json(), self.now(), clock_warning(answer.headers, self.now()))


def refuse_missing(granted: str, wanted: Sequence[str]) -> None:
    """Raises TooLittle if scopes are missing. A reply without scopes grants all of them (RFC 6749, 5.1)."""
    missing = set(wanted) - set(granted.split()) if granted.split() else set()
    if missing:
        raise TooLittle(
            f"You did not agree to everything that this needs (missing: {' and '.join(sorted(missing))}): start "
            "connecting again and leave everything ticked on Spotify's page."
        )


def _read(body: Any, now: datetime, warning: str) -> Tokens:
    values = body if isinstance(body, dict) else {}
    token, refresh_token = values.get("access_token"), values.get("refresh_token")
    if not isinstance(token, str) or not token:
        raise OurMistake("Spotify's token endpoint gave an answer without a token; report this.")
    seconds = values.get("expires_in", HOUR)
    if type(seconds) is not int or not 0 < seconds <= LONGEST:
        raise OurMistake("Spotify's token endpoint does not say how long its token is valid; report this.")
    return Tokens(
        token,
        now + timedelta(seconds=seconds),
        refresh_token if isinstance(refresh_token, str) and refresh_token else None,
        plain(values.get("scope")),
        warning,
    )
