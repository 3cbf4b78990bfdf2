"""Sessions with Spotify: clients for an account, with its app and its stored tokens, which are refreshed in time."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from connect.apps import Apps
from connect.call_budget import CALLS_A_DAY, LIVE_CALLS_A_DAY, BudgetedQuota, Purpose
from connect.connecting import encrypted, utc_now
from connect.granting import SIGN_IN
from db.collecting.quota import StoredQuota
from db.engine.cipher import Cipher
from db.engine.locks import tokens_lock
from db.people.accounts import AccountError, Grant, mark_reconnect, renew_grant, stored_grant
from db.people.consent import why_ask_again
from people.accounts import Account
from people.ended_consents import ended_consent
from people.withdrawal import account_data_deleted_at, deletion_sentence
from spotify.client import SpotifyClient
from spotify.errors import Blocked, OurMistake, Reconnect
from spotify.http import Http
from spotify.oauth import Accounts, App, Tokens

EARLY = timedelta(minutes=1)  # before its end, a token is refreshed, so that none expires during a call


@dataclass(frozen=True)
class Spotify:
    """Opens sessions with Spotify for accounts.

    `calls_a_day` is the budget of each developer account, `live_calls_a_day` that of its live collecting.

    `keep_after_disconnect`: data stays when a listener withdraws consent.
    """

    apps: Apps
    http: Http
    now: Callable[[], datetime] = utc_now
    calls_a_day: int = CALLS_A_DAY
    live_calls_a_day: int = LIVE_CALLS_A_DAY
    keep_after_disconnect: bool = False

    @property
    def cipher(self) -> Cipher:
        return self.apps.cipher

    def client_for(self, account: Account, purpose: Purpose = Purpose.POLL) -> SpotifyClient:
        """A client, which has not called Spotify yet.

        Raises Reconnect for an account without a valid consent, unless a retry is due, and OurMistake for an account
        without an app.
        """
        ended = ended_consent(account.id)
        retries = ended is not None and ended.retry_is_due(self.now())
        if account.reconnect_reason and not retries:
            raise self.reconnect(account, account.reconnect_reason)
        session = self._session(account, retries=retries)
        calls_a_day = self.live_calls_a_day if purpose is Purpose.LIVE else self.calls_a_day
        budgeted = BudgetedQuota(session.quota, purpose, calls_a_day, self.now)
        return SpotifyClient(self.http, session.token, budgeted, session.app.api_url, self.now, session.renew)

    def try_again(self, account: Account) -> None:
        """Retry a consent that seems to have ended; if Spotify accepts it, the account continues as before.

        Raises Reconnect if Spotify does not, and SpotifyError, WrongKey and AccountError as refreshing does.
        """
        self._session(account, retries=True).renew()

    def reconnect(self, account: Account, reason: str) -> Reconnect:
        """The error for `reason`, with the date on which data will be deleted unless the listener connects again."""
        at = None if self.keep_after_disconnect else account_data_deleted_at(account.id)
        return Reconnect(f"{reason} {deletion_sentence(account.username, at, account.time_zone)}" if at else reason)

    def _session(self, account: Account, *, retries: bool) -> "_Session":
        grant = stored_grant(account.id)
        if grant is None:
            raise Reconnect(f"{account.username} has not been connected to Spotify yet.")
        return _Session(self, *self._app(account.id), account, grant, retries)

    def _app(self, account_id: int) -> tuple[App, StoredQuota]:
        try:
            return self.apps.of(account_id), StoredQuota(self.apps.developer_of(account_id), self.now)
        except AccountError as error:
            raise OurMistake(str(error)) from error


@dataclass
class _Session:
    spotify: Spotify
    app: App
    quota: StoredQuota
    account: Account
    grant: Grant
    retries: bool  # once, although the consent is marked as ended

    def token(self) -> str:
        return self._opened() if self._lasts() and not self.retries else self.renew()

    def renew(self) -> str:
        """A newer token, refreshed now or by another program at the same time.

        Raises Reconnect if the other program found that consent has ended, and SpotifyError as refreshing does.
        """
        used = self.grant
        with tokens_lock(self.account.id):
            self.grant = self._stored()
            if self.grant.access_token == used.access_token or not self._lasts():
                self._refresh()
            self.retries = False
        return self._opened()

    def _stored(self) -> Grant:
        grant, reason = stored_grant(self.account.id), why_ask_again(self.account.id)
        if grant is None:
            raise Reconnect(f"{self.account.username} is no longer connected to Spotify.")
        if reason and not self.retries:
            raise self.spotify.reconnect(self.account, reason)
        return grant

    def _lasts(self) -> bool:
        return self.grant.expires_at > self.spotify.now() + EARLY

    def _opened(self) -> str:
        return self.spotify.cipher.open_text(self.grant.access_token)

    def _refresh(self) -> None:
        renewed = encrypted(self._refreshed(), self.spotify.cipher)
        renew_grant(self.account.id, self.grant, renewed)
        self.grant = Grant(
            renewed.access_token,
            renewed.expires_at,
            renewed.refresh_token or self.grant.refresh_token,
            renewed.scopes or self.grant.scopes,
        )

    def _refreshed(self) -> Tokens:
        spotify = self.spotify
        refresh_token = spotify.cipher.open_text(self.grant.refresh_token or "")
        until = self.quota.blocked_until(SIGN_IN)
        if until is not None:
            raise Blocked(SIGN_IN, until, "as it said earlier")
        self.quota.count(SIGN_IN)
        try:
            return Accounts(self.app, spotify.http, spotify.now).refresh(refresh_token)
        except Blocked as error:
            self.quota.block(SIGN_IN, error.until, error.reason)
            raise
        except Reconnect as error:
            mark_reconnect(self.account.id, self.grant, str(error), spotify.now())
            raise spotify.reconnect(self.account, str(error)) from error
