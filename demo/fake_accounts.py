"""The simulated Spotify's sign-in: consent page, codes, tokens, and how they expire."""

import base64
import calendar
import hashlib
import html
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from urllib.parse import parse_qs, quote, urlencode, urlsplit

BEARER = "Bearer"  # RFC 6750
CODE_LIFE, ACCESS_LIFE = timedelta(minutes=10), timedelta(hours=1)
Refusal = tuple[str, str]


def six_months_after(consent: datetime) -> datetime:
    """When a refresh token expires; refreshing does not extend it (Spotify: refresh-token-expiration, 2026-06)."""
    year, month = (consent.year, consent.month + 6) if consent.month <= 6 else (consent.year + 1, consent.month - 6)
    return consent.replace(year=year, month=month, day=min(consent.day, calendar.monthrange(year, month)[1]))


@dataclass
class Code:
    listener: str
    redirect_uri: str
    challenge: str
    scopes: str
    expires_at: datetime
    used: bool = False


@dataclass
class FakeAccounts:
    """Keeps grants in memory."""

    clock: Callable[[], datetime]
    client_id: str
    client_secret: str
    redirect_uris: tuple[str, ...]
    codes: dict[str, Code] = field(default_factory=dict)
    access: dict[str, tuple[str | None, str, datetime]] = field(default_factory=dict)
    refresh: dict[str, tuple[str, str, datetime]] = field(default_factory=dict)

    def consent(self, authorize_url: str, listener: str, scopes: str | None = None) -> str:
        """Agree as `listener` without a browser, to `scopes` or to all requested ones; returns the redirect address."""
        query = {name: repeated[0] for name, repeated in parse_qs(urlsplit(authorize_url).query).items()}
        code = secrets.token_urlsafe(24)
        self.codes[code] = Code(
            listener,
            query["redirect_uri"],
            query.get("code_challenge", ""),
            query.get("scope", "") if scopes is None else scopes,
            self.clock() + CODE_LIFE,
        )
        return f"{query['redirect_uri']}?{urlencode({'code': code, 'state': query.get('state', '')})}"

    def refuse(self, authorize_url: str) -> str:
        """Cancel without a browser; returns the redirect address."""
        query = {name: repeated[0] for name, repeated in parse_qs(urlsplit(authorize_url).query).items()}
        return f"{query['redirect_uri']}?error=access_denied&state={quote(query.get('state', ''))}"

    def page(self, url: str, listeners: list[str]) -> tuple[int, str]:
        """The consent page: a link to agree as each listener, and one to refuse."""
        query = {name: repeated[0] for name, repeated in parse_qs(urlsplit(url).query).items()}
        if query.get("client_id") != self.client_id:
            return 400, "INVALID_CLIENT: Invalid client"
        if query.get("redirect_uri") not in self.redirect_uris:
            return 400, "INVALID_CLIENT: Invalid redirect URI"
        agree = "".join(
            f'<p><a href="{html.escape(self.consent(url, name))}">Agree as {html.escape(name)}</a></p>'
            for name in listeners
        )
        refuse = self.refuse(url)
        page = f"<!doctype html><title>Simulated Spotify</title><h1>Simulated Spotify</h1>{agree}"
        return 200, f'{page}<p><a href="{html.escape(refuse)}">Cancel</a></p>'

    def token(self, headers: Mapping[str, str], form: dict[str, str]) -> dict[str, object] | Refusal:
        """The token endpoint's answer, or (error, description)."""
        refusal = self._client_refusal(headers, form)
        if refusal:
            return refusal
        if form.get("grant_type") == "client_credentials":
            return self._reply(None, "")
        if form.get("grant_type") == "authorization_code":
            return self._exchange(form)
        if form.get("grant_type") == "refresh_token":
            return self._refresh(form.get("refresh_token", ""))
        return "unsupported_grant_type", "grant_type parameter is missing"

    def _client_refusal(self, headers: Mapping[str, str], form: dict[str, str]) -> Refusal | None:
        login = headers.get("authorization", "")
        if login:
            client_id, _, secret = base64.b64decode(login.removeprefix("Basic ")).decode().partition(":")
            if client_id != self.client_id:
                return "invalid_client", "Invalid client"
            return None if secret == self.client_secret else ("invalid_client", "Invalid client secret")
        public = form.get("client_id") == self.client_id and form.get("grant_type") != "client_credentials"
        return None if public else ("invalid_client", "Invalid client")

    def _exchange(self, form: dict[str, str]) -> dict[str, object] | Refusal:
        code = self.codes.get(form.get("code", ""))
        if code is None or code.used:
            return "invalid_grant", "Invalid authorization code"
        if code.expires_at <= self.clock():
            return "invalid_grant", "Authorization code expired"
        if form.get("redirect_uri") != code.redirect_uri:
            return "invalid_grant", "Invalid redirect URI"
        digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        if code.challenge and base64.urlsafe_b64encode(digest).rstrip(b"=").decode() != code.challenge:
            return "invalid_grant", "code_verifier was incorrect"
        code.used = True
        refresh = secrets.token_urlsafe(48)
        self.refresh[refresh] = (code.listener, code.scopes, six_months_after(self.clock()))
        return {**self._reply(code.listener, code.scopes), "refresh_token": refresh}

    def _refresh(self, token: str) -> dict[str, object] | Refusal:
        listener, scopes, until = self.refresh.get(token, ("", "", self.clock()))
        if until <= self.clock():
            return "invalid_grant", "Refresh token revoked"
        return self._reply(listener, scopes)

    def _reply(self, listener: str | None, scopes: str) -> dict[str, object]:
        token = secrets.token_urlsafe(48)
        self.access[token] = (listener, scopes, self.clock() + ACCESS_LIFE)
        return {"access_token": token, "token_type": BEARER, "expires_in": 3600, "scope": scopes}

    def revoke(self, listener: str) -> None:
        """As if the listener removed the app on their account page."""
        self.refresh = {token: grant for token, grant in self.refresh.items() if grant[0] != listener}
        self.access = {token: grant for token, grant in self.access.items() if grant[0] != listener}
