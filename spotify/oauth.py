"""Consent and tokens: Authorization Code with PKCE, refresh, and client credentials (Spotify: authorization)."""

import base64
import hashlib
import hmac
import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from spotify.errors import OurMistake, Reconnect, TryLater
from spotify.http import Answer, Http

SCOPES = ("user-read-recently-played",)  # the least that collecting takes; features that need more ask for it then
GRANT_REFUSALS = {
    "authorization code expired": "The link is too old: Spotify's codes live ten minutes. Start connecting again.",
    "invalid authorization code": "This answer from Spotify was used before. Start connecting again.",
    "invalid redirect uri": "REDIRECT_URI is not one of the app's Redirect URIs: they must match to the letter.",
    "code_verifier was incorrect": "This answer belongs to another attempt to connect. Start connecting again.",
}


@dataclass(frozen=True)
class App:
    """A Spotify app as its owner registered it. Without a secret it is a public client (PKCE only)."""

    client_id: str
    client_secret: str | None = field(repr=False)
    redirect_uri: str
    accounts_url: str = "https://accounts.spotify.com"
    api_url: str = "https://api.spotify.com"


@dataclass(frozen=True)
class Consent:
    """A link to consent at, and what must be kept until Spotify sends the listener back."""

    url: str
    state: str
    verifier: str = field(repr=False)


@dataclass(frozen=True)
class Tokens:
    """What the token endpoint gives. `refresh_token` is None when the reply had none: go on using the old one."""

    access_token: str = field(repr=False)
    expires_at: datetime
    refresh_token: str | None = field(repr=False)
    scopes: str


def new_consent(app: App, scopes: Sequence[str] = SCOPES) -> Consent:
    state, verifier = secrets.token_urlsafe(24), secrets.token_urlsafe(64)
    challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
    query = {
        "response_type": "code",
        "client_id": app.client_id,
        "redirect_uri": app.redirect_uri,
        "scope": " ".join(scopes),
        "state": state,
        "code_challenge_method": "S256",
        "code_challenge": challenge,
    }
    return Consent(f"{app.accounts_url}/authorize?{urlencode(query)}", state, verifier)


def read_callback(address: str, state: str) -> str:
    """The code in the address (or its query) that Spotify sent the listener back to. Raises Reconnect, OurMistake."""
    query = urlsplit(address).query if "://" in address or address.startswith("/") else address.removeprefix("?")
    values = {name: found[-1] for name, found in parse_qs(query).items()}
    if not hmac.compare_digest(values.get("state", "").encode(), state.encode()):
        raise OurMistake(
            "This is not the answer to the link just given (`state` differs): open that link and paste the whole "
            "address that the browser is sent to."
        )
    if values.get("error") == "access_denied":
        raise Reconnect("Consent was refused on Spotify's page. Open the link again and choose Agree.")
    if "error" in values or "code" not in values:
        raise OurMistake("Spotify sent no code back; start connecting again.")
    return values["code"]


@dataclass(frozen=True)
class Accounts:
    """Spotify's token endpoint, for one app."""

    app: App
    http: Http
    now: Callable[[], datetime]

    def exchange(self, code: str, verifier: str) -> Tokens:
        """Tokens for a consent just given. Raises Reconnect, OurMistake, TryLater."""
        form = {"grant_type": "authorization_code", "code": code, "redirect_uri": self.app.redirect_uri}
        return self._tokens({**form, "code_verifier": verifier})

    def refresh(self, refresh_token: str) -> Tokens:
        """A new access token. Raises Reconnect when the consent has ended: six months after it was given."""
        return self._tokens({"grant_type": "refresh_token", "refresh_token": refresh_token})

    def client_credentials(self) -> Tokens:
        """A token of the app's own, for what belongs to no listener."""
        return self._tokens({"grant_type": "client_credentials"})

    def _tokens(self, form: dict[str, str]) -> Tokens:
        headers = {}
        if self.app.client_secret:
            login = f"{self.app.client_id}:{self.app.client_secret}".encode()
            headers["Authorization"] = "Basic " + base64.b64encode(login).decode()
        else:
            form = {**form, "client_id": self.app.client_id}
        answer = self.http.send("POST", f"{self.app.accounts_url}/api/token", form=form, headers=headers)
        body = answer.json()
        if answer.status != 200 or not isinstance(body, dict):
            raise _refusal(answer, body, form["grant_type"])
        return self._read(body)

    def _read(self, body: dict[str, Any]) -> Tokens:
        token, seconds = body.get("access_token"), body.get("expires_in", 3600)
        if not isinstance(token, str) or not token or not isinstance(seconds, int):
            raise OurMistake("Spotify's token endpoint gave an answer without a token; report this.")
        expires_at = self.now() + timedelta(seconds=seconds)
        return Tokens(token, expires_at, body.get("refresh_token") or None, str(body.get("scope") or ""))


def _refusal(answer: Answer, body: Any, grant_type: str) -> Exception:
    """The token endpoint's refusals have OAuth's shape: {"error": …, "error_description": …}."""
    known = body if isinstance(body, dict) else {}
    error, description = known.get("error"), str(known.get("error_description") or "")
    if answer.status == 429 or answer.status >= 500:
        return TryLater(f"Spotify's sign-in does not answer now ({answer.status}); try again in a while.")
    if error == "invalid_client":
        return OurMistake("CLIENT_ID or CLIENT_SECRET is wrong: compare them with the app in Spotify's dashboard.")
    if error == "invalid_grant" and grant_type == "refresh_token":
        return Reconnect("Spotify's consent has ended (it lasts six months) or was withdrawn: connect again.")
    for said, cure in GRANT_REFUSALS.items():
        if said in description.lower():
            return OurMistake(cure)
    return OurMistake(f"Spotify refused the sign-in ({answer.status} {error or 'without a reason'}). Connect again.")
