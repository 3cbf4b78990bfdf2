"""Give an account its connection to Spotify: from consent to stored, sealed tokens."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from db.accounts import Grant, account_named, connect_account
from db.connection import connected
from db.quota import StoredQuota
from db.tokens import Cipher
from spotify.client import SpotifyClient
from spotify.http import Http
from spotify.oauth import Accounts, App, Consent, Tokens, new_consent, read_callback


def utc_now() -> datetime:
    return datetime.now(UTC)


def sealed(tokens: Tokens, cipher: Cipher) -> Grant:
    return Grant(
        cipher.seal_text(tokens.access_token),
        tokens.expires_at,
        cipher.seal_text(tokens.refresh_token) if tokens.refresh_token else None,
        tokens.scopes,
    )


@dataclass(frozen=True)
class Connecting:
    """Authorization Code with PKCE, for the web pages and for people at a terminal alike."""

    app: App
    http: Http
    cipher: Cipher
    now: Callable[[], datetime] = utc_now

    def start(self, username: str) -> Consent:
        """The link to open, with the state and verifier to keep until Spotify calls back. Raises AccountError."""
        with connected():
            account_named(username)
        return new_consent(self.app)

    def finish(self, username: str, callback_query: str, state: str, verifier: str) -> str:
        """Store what `callback_query` (or the whole address with it) grants; returns the sentence to show.

        Raises SpotifyError (refused, expired, not on the app's allowlist …) and AccountError; nothing is stored then.
        """
        tokens = Accounts(self.app, self.http, self.now).exchange(read_callback(callback_query, state), verifier)
        with connected():
            client = SpotifyClient(
                self.http, lambda: tokens.access_token, StoredQuota(self.app.client_id), self.app.api_url, self.now
            )
            # Consent succeeds for people whom the app may not serve; only the first call tells (Spotify: quota-modes).
            listener = client.me()
            connect_account(username, listener, sealed(tokens, self.cipher), self.now())
        return f"{username} is connected to Spotify as {listener.display_name or listener.account_id}."
