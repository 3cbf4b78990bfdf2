"""Exchange a consent for tokens, and find out whose they are; each failure has a sentence for the person who waits."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from music import Listener
from spotify.client import SpotifyClient
from spotify.errors import Blocked, TryLater
from spotify.http import Http
from spotify.oauth import Accounts, App, Tokens, refuse_missing
from spotify.quota import Quota

SIGN_IN = "token"  # the endpoint group of the token endpoint


@dataclass(frozen=True, slots=True)
class Granted:
    """Show `tokens.warning` if it is not empty."""

    tokens: Tokens
    listener: Listener


@dataclass(frozen=True)
class Granting:
    """Exchanges consents to one app."""

    app: App
    http: Http
    quota: Quota
    now: Callable[[], datetime]

    def exchange(self, code: str, verifier: str, scopes: Sequence[str]) -> Granted:
        """Tokens for a consent to `scopes`, and the listener who gave it. Needs an open connection; stores nothing.

        Raises SpotifyError: Reconnect, TooLittle, NotAvailable, OurMistake; TryLater says when to start again, because
        a code works once, so no later run can retry.
        """
        try:
            tokens = self._tokens(code, verifier)
            refuse_missing(tokens.scopes, scopes)
            # Listeners whom the app may not serve can consent too; only their first call fails (Spotify: quota-modes).
            return Granted(tokens, self._client(tokens).me())
        except TryLater as error:
            raise TryLater(f"{error.cause}. Start connecting again {_when(error.until)}.", error.until) from error

    def _tokens(self, code: str, verifier: str) -> Tokens:
        until = self.quota.blocked_until(SIGN_IN)
        if until is not None and until > self.now():
            raise Blocked(SIGN_IN, until, "as it said earlier")
        self.quota.count(SIGN_IN)
        try:
            return Accounts(self.app, self.http, self.now).exchange(code, verifier)
        except Blocked as error:
            self.quota.block(SIGN_IN, error.until, error.reason)
            raise

    def _client(self, tokens: Tokens) -> SpotifyClient:
        return SpotifyClient(self.http, lambda: tokens.access_token, self.quota, self.app.api_url, self.now)


def _when(until: datetime | None) -> str:
    return f"after {until.astimezone(UTC):%Y-%m-%d %H:%M} UTC" if until else "in a few minutes"
