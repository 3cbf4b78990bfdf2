"""Give an account its connection to Spotify: from consent to stored, sealed tokens."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from collect.apps import Apps
from collect.budget import CALLS_A_DAY, BudgetedQuota, Purpose
from db.accounts import Grant, account_named, connect_account
from db.connection import connected
from db.quota import StoredQuota
from db.tokens import Cipher
from spotify.client import SpotifyClient
from spotify.http import Http
from spotify.oauth import Accounts, Consent, Tokens, new_consent, read_callback


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

    apps: Apps
    http: Http
    now: Callable[[], datetime] = utc_now

    def start(self, username: str) -> Consent:
        """The link to open, with the state and verifier to keep until Spotify calls back. Raises AccountError."""
        with connected():
            account = account_named(username)
        return new_consent(self.apps.of(account.id))

    def finish(self, username: str, callback_query: str, state: str, verifier: str) -> str:
        """Store what `callback_query` (or the whole address with it) grants; returns the sentence to show.

        Raises SpotifyError (refused, expired, not on the app's allowlist …) and AccountError; nothing is stored then.
        """
        with connected():
            account_id = account_named(username).id
        app = self.apps.of(account_id)
        tokens = Accounts(app, self.http, self.now).exchange(read_callback(callback_query, state), verifier)
        with connected():
            client = SpotifyClient(
                self.http, lambda: tokens.access_token, self._quota(account_id), app.api_url, self.now
            )
            # Consent succeeds for people whom the app may not serve; only the first call tells (Spotify: quota-modes).
            listener = client.me()
            connect_account(username, listener, sealed(tokens, self.apps.cipher), self.now())
        connection = f"{username} is connected to Spotify as {listener.display_name or listener.account_id}."
        return " ".join(filter(None, (connection, self.apps.crowded(account_id))))

    def _quota(self, account_id: int) -> BudgetedQuota:
        stored = StoredQuota(self.apps.developer_of(account_id), self.now)
        # Somebody waits in front of a browser: it is as a poll, which no budget refuses.
        return BudgetedQuota(stored, Purpose.POLL, CALLS_A_DAY, self.now)
