"""Give an account its connection to Spotify: from consent to stored, sealed tokens."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from connect.apps import Apps
from connect.call_budget import CALLS_A_DAY, BudgetedQuota, Purpose
from connect.granting import Granted, Granting
from db.collecting.quota import StoredQuota
from db.engine.cipher import Cipher
from db.engine.connection import connected, database
from db.lists.playlists import want_playlist, wish_of
from db.people.accounts import Grant, connect_account
from music import Listener
from people.access import check_enabled
from people.accounts import account_named, find_account
from people.actors import note
from spotify import playlists
from spotify.errors import Reconnect
from spotify.http import Http
from spotify.oauth import SCOPES, Consent, Tokens, new_consent, read_callback

NOBODY = 0  # the number of no account: its app is the settings'
NOTHING_MORE: tuple[str, ...] = ()  # who it is takes no scope (Spotify: get-current-users-profile)

AS_BEFORE = "Until then no playlist is written; everything else is as before."


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
        """The link to open, with the state and verifier to keep until Spotify calls back. Raises AccountError.

        It asks for the least that collecting takes, and for what the listener has opted in to before.
        """
        with connected():
            account = account_named(username)
            check_enabled(account)
            more = playlists.SCOPES if wish_of(account.id).wanted else ()
        return new_consent(self.apps.of(account.id), (*SCOPES, *more))

    def finish(self, username: str, callback_query: str, state: str, verifier: str, invitation: str = "") -> str:
        """Store what `callback_query` (or the whole address with it) grants; returns the sentence to show.

        Raises SpotifyError (refused, expired, not on the app's allowlist …) and AccountError (AccountDisabled, and
        NotInvited if the `invitation` that it was begun with is not valid any more); nothing is stored then.
        """
        account_id = _enabled_account(username)
        granted = self._granted(account_id, read_callback(callback_query, state), verifier, SCOPES)
        tokens, listener = granted.tokens, granted.listener
        with connected():
            self._store(username, granted, invitation)
        note("connected", username)
        connection = f"{username} is connected to Spotify as {listener.display_name or listener.account_id}."
        return " ".join(filter(None, (connection, self.apps.crowded(account_id), tokens.warning)))

    def start_playlist(self, username: str) -> Consent:
        """The same as `start`, asking also for what it takes to write a playlist."""
        return new_consent(self.apps.of(_enabled_account(username)), (*SCOPES, *playlists.SCOPES))

    def finish_playlist(self, username: str, callback_query: str, state: str, verifier: str) -> str:
        """Store what was granted together with the wish for a playlist; returns the sentence to show.

        Raises as `finish` does, and changes nothing then: neither the consent that there is nor the wish.
        """
        account_id = _enabled_account(username)
        try:
            code = read_callback(callback_query, state)
            granted = self._granted(account_id, code, verifier, (*SCOPES, *playlists.SCOPES))
        except Reconnect as error:
            raise type(error)(f"{error} {AS_BEFORE}") from error
        with connected(), database.atomic():
            self._store(username, granted)
            want_playlist(account_id)
        note("connected", username)
        note("playlist-on", username)
        sentence = f"{username}: today's list goes into a private playlist of yours on Spotify from now on."
        return " ".join(filter(None, (sentence, granted.tokens.warning)))

    def _store(self, username: str, granted: Granted, invitation: str = "") -> None:
        grant = sealed(granted.tokens, self.apps.cipher)
        connect_account(username, granted.listener, grant, self.now(), invitation)

    def start_sign_in(self, username: str) -> Consent:
        """The same as `start`, to learn only who it is; by the settings' app where `username` is no account's.

        Raises AccountError where there is no app.
        """
        return new_consent(self.apps.of(_number_of(username)), NOTHING_MORE, always_ask=False)

    def identify(self, username: str, callback_query: str, state: str, verifier: str) -> Listener:
        """Who it is on Spotify that agreed to what `start_sign_in` began; nothing is stored.

        Raises SpotifyError as `finish` does, and AccountError.
        """
        code = read_callback(callback_query, state)
        return self._granted(_number_of(username), code, verifier, NOTHING_MORE).listener

    def _granted(self, account_id: int, code: str, verifier: str, scopes: Sequence[str]) -> Granted:
        # Somebody waits in front of a browser: it is as a poll, which no budget refuses.
        stored = StoredQuota(self.apps.developer_of(account_id), self.now)
        quota = BudgetedQuota(stored, Purpose.POLL, CALLS_A_DAY, self.now)
        with connected():
            return Granting(self.apps.of(account_id), self.http, quota, self.now).exchange(code, verifier, scopes)


def _enabled_account(username: str) -> int:
    with connected():
        account = account_named(username)
    check_enabled(account)
    return account.id


def _number_of(username: str) -> int:
    with connected():
        account = find_account(username)
    return account.id if account else NOBODY
