"""Speak to Spotify as one account: by its app, with its stored tokens, refreshed when they run out."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from connect.apps import Apps
from connect.call_budget import CALLS_A_DAY, BudgetedQuota, Purpose
from connect.connecting import sealed, utc_now
from connect.granting import SIGN_IN
from db.collecting.quota import StoredQuota
from db.engine.cipher import Cipher
from db.engine.locks import tokens_lock
from db.people.accounts import AccountError, Grant, mark_reconnect, renew_grant, stored_grant
from db.people.consent import why_ask_again
from people.accounts import Account
from people.ended_consents import ended_consent
from people.withdrawal import account_goes_at, deletion_sentence
from spotify.client import SpotifyClient
from spotify.errors import Blocked, OurMistake, Reconnect
from spotify.http import Http
from spotify.oauth import Accounts, App, Tokens

EARLY = timedelta(minutes=1)  # renewed before it ends, so that no call is made with a token about to run out


@dataclass(frozen=True)
class Spotify:
    """What it takes to speak to Spotify on behalf of accounts; `calls_a_day` is each developer account's budget.

    `keep_after_disconnect`: nothing is deleted where a consent was withdrawn.
    """

    apps: Apps
    http: Http
    now: Callable[[], datetime] = utc_now
    calls_a_day: int = CALLS_A_DAY
    keep_after_disconnect: bool = False

    @property
    def cipher(self) -> Cipher:
        return self.apps.cipher

    def client_for(self, account: Account, purpose: Purpose = Purpose.POLL) -> SpotifyClient:
        """Nothing is asked of Spotify yet.

        Raises Reconnect for an account whose consent is missing or over, unless it is time to try that again;
        OurMistake for one that has no app.
        """
        ended = ended_consent(account.id)
        retries = ended is not None and ended.retry_is_due(self.now())
        if account.reconnect_reason and not retries:
            raise self.reconnect(account, account.reconnect_reason)
        session = self._session(account, retries=retries)
        budgeted = BudgetedQuota(session.quota, purpose, self.calls_a_day, self.now)
        return SpotifyClient(self.http, session.token, budgeted, session.app.api_url, self.now, session.renew)

    def try_again(self, account: Account) -> None:
        """Have a consent that seems to have ended go on as if nothing had been, where Spotify takes it again.

        Raises Reconnect where it does not, and SpotifyError, WrongKey and AccountError as refreshing does.
        """
        self._session(account, retries=True).renew()

    def reconnect(self, account: Account, reason: str) -> Reconnect:
        """The refusal for `reason`, with the date on which data goes unless the listener connects again."""
        at = None if self.keep_after_disconnect else account_goes_at(account.id)
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
    retries: bool  # whatever is known against the consent; once

    def token(self) -> str:
        return self._opened() if self._lasts() and not self.retries else self.renew()

    def renew(self) -> str:
        """A token that is newer than the one at hand: made now, or by whoever was at it at the same time.

        Raises Reconnect where whoever that was learned that consent has ended, and SpotifyError as refreshing does.
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
        renewed = sealed(self._refreshed(), self.spotify.cipher)
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
