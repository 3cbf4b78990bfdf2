"""Speak to Spotify as one account: with its stored tokens, refreshed when they run out."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from collect.connecting import sealed, utc_now
from db.accounts import Grant, StoredAccount, mark_reconnect, renew_grant, stored_grant
from db.quota import StoredQuota
from db.tokens import Cipher
from spotify.client import SpotifyClient
from spotify.errors import Blocked, Reconnect
from spotify.http import Http
from spotify.oauth import Accounts, App, Tokens

SIGN_IN = "token"  # the group of endpoints that the token endpoint is counted in
EARLY = timedelta(minutes=1)  # renewed before it ends, so that no call is made with a token about to run out


@dataclass(frozen=True)
class Spotify:
    """One Spotify app, and what it takes to use it on behalf of accounts."""

    app: App
    http: Http
    cipher: Cipher
    now: Callable[[], datetime] = utc_now

    def client_for(self, account: StoredAccount) -> SpotifyClient:
        """Raises Reconnect for an account whose consent is missing or over; nothing is asked of Spotify for it."""
        grant = stored_grant(account.id)
        if account.reconnect_reason:
            raise Reconnect(account.reconnect_reason)
        if grant is None:
            raise Reconnect(f"{account.username} has not been connected to Spotify yet.")
        session = _Session(self, account, grant)
        return SpotifyClient(
            self.http,
            session.token,
            StoredQuota(self.app.client_id),
            self.app.api_url,
            self.now,
            session.renew,
        )


@dataclass
class _Session:
    spotify: Spotify
    account: StoredAccount
    grant: Grant

    def token(self) -> str:
        if self.grant.expires_at <= self.spotify.now() + EARLY:
            return self.renew()
        return self.spotify.cipher.open_text(self.grant.access_token)

    def renew(self) -> str:
        tokens = self._refreshed()
        renewed = sealed(tokens, self.spotify.cipher)
        renew_grant(self.account.id, self.grant, renewed)
        self.grant = Grant(
            renewed.access_token,
            renewed.expires_at,
            renewed.refresh_token or self.grant.refresh_token,
            renewed.scopes or self.grant.scopes,
        )
        return tokens.access_token

    def _refreshed(self) -> Tokens:
        spotify, quota = self.spotify, StoredQuota(self.spotify.app.client_id)
        refresh_token = spotify.cipher.open_text(self.grant.refresh_token or "")
        until = quota.blocked_until(SIGN_IN)
        if until is not None and until > spotify.now():
            raise Blocked(SIGN_IN, until, "told earlier")
        quota.count(SIGN_IN)
        try:
            return Accounts(spotify.app, spotify.http, spotify.now).refresh(refresh_token)
        except Blocked as error:
            quota.block(SIGN_IN, error.until, error.reason)
            raise
        except Reconnect as error:
            mark_reconnect(self.account.id, self.grant, str(error))
            raise


def spotify_app(app: App, secret_key: str) -> Spotify:
    """The Spotify app of this instance, over the network, with the key that seals its accounts' tokens."""
    return Spotify(app, Http(), Cipher(secret_key))
